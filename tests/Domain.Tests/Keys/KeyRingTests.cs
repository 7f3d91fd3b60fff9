using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using ExchangeCluster.Domain.Keys;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Keys;

public sealed class KeyRingTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    private static readonly ImmutableArray<KeyRecord> Records = KeyRotation.Plan(null, Now, new KeyRotationSettings());

    private static readonly KeyRing Ring = KeyRing.Create(Records);

    [Fact]
    public void Jwks_has_public_members_only()
    {
        using var jwks = JsonDocument.Parse(Ring.Jwks);
        Assert.Equal(["keys"], jwks.RootElement.EnumerateObject().Select(member => member.Name));
        var keys = jwks.RootElement.GetProperty("keys").EnumerateArray().ToList();
        Assert.Equal(4, keys.Count);
        foreach (var key in keys)
        {
            string[] members = key.GetProperty("alg").GetString() == "ES256"
                ? ["kty", "use", "alg", "kid", "crv", "x", "y"]
                : ["kty", "use", "alg", "kid", "n", "e"];
            Assert.Equal(members, key.EnumerateObject().Select(member => member.Name));
            Assert.Equal("sig", key.GetProperty("use").GetString());
        }
    }

    [Fact]
    public void Key_id_is_the_thumbprint_of_what_is_published()
    {
        var keys = new JsonWebKeySet(System.Text.Encoding.UTF8.GetString(Ring.Jwks.Span)).Keys;

        Assert.Equal(Ring.Keys.Select(key => key.KeyId), keys.Select(key => key.Kid));
        Assert.All(keys, key => Assert.Equal(key.Kid, Base64UrlEncoder.Encode(key.ComputeJwkThumbprint())));
        Assert.All(keys, key => Assert.True(key.KeySize is 256 or 2048));
    }

    [Fact]
    public void Verification_keys_are_public_and_have_one_algorithm() => Assert.All(Ring.Keys, key =>
    {
        Assert.True(Ring.TryFindVerificationKey(key.KeyId, out var found));
        Assert.Equal([key.Algorithm], found.Algorithms);
        Assert.ThrowsAny<CryptographicException>(() => found.Key is ECDsaSecurityKey ec
            ? ec.ECDsa.ExportParameters(includePrivateParameters: true).D
            : RSA.Create(((RsaSecurityKey)found.Key).Parameters).ExportPkcs8PrivateKey());
        Assert.Equal(key.KeyId, found.Key.KeyId);
    });

    [Fact]
    public void Refuses_an_unknown_key_id() => Assert.False(Ring.TryFindVerificationKey(Ring.Keys[0].KeyId + "A", out _));

    [Fact]
    public void Refuses_a_log_without_secret_or_with_two()
    {
        Assert.Throws<FormatException>(() => KeyRing.Create(Records.RemoveAll(record => record is SecretRecord)));
        Assert.Throws<FormatException>(() => KeyRing.Create(Records.Add(new SecretRecord { Secret = ClusterSecret.Generate() })));
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("RS256")]
    public void Refuses_a_log_without_keys_of_an_algorithm(string algorithm) => Assert.Throws<FormatException>(
        () => KeyRing.Create(Records.RemoveAll(record => record is SigningKeyRecord key && key.Algorithm == algorithm)));

    [Fact]
    public void Refuses_a_key_under_another_id_or_algorithm()
    {
        var keys = Records.OfType<SigningKeyRecord>().ToList();
        Assert.Throws<FormatException>(() => KeyRing.Create(Records.Add(Changed(keys[0], keyId: keys[1].KeyId))));
        Assert.Throws<FormatException>(() => KeyRing.Create(Records.Add(Changed(keys[0], algorithm: "RS256"))));
        Assert.Throws<FormatException>(() => KeyRing.Create(Records.Add(Changed(keys[2], algorithm: "ES256"))));
        Assert.Throws<FormatException>(() => KeyRing.Create(Records.Add(Changed(keys[0], algorithm: "none"))));
        Assert.Throws<FormatException>(() => KeyRing.Create(Records.Add(Changed(keys[0], privateKey: [.. keys[0].PrivateKey, 0]))));
    }

    [Fact]
    public void Private_keys_do_not_print()
    {
        var key = Records.OfType<SigningKeyRecord>().First();

        Assert.Equal($"SigningKey({key.KeyId})", Ring.SigningKeyFor("ES256", Now).ToString());
        Assert.DoesNotContain(Convert.ToBase64String(key.PrivateKey)[40..], key.ToString(), StringComparison.Ordinal);
        Assert.Equal("ClusterSecret", Ring.Secret.ToString());
    }

    private static SigningKeyRecord Changed(
        SigningKeyRecord key, string? keyId = null, string? algorithm = null, byte[]? privateKey = null) => new()
        {
            KeyId = keyId ?? key.KeyId,
            Algorithm = algorithm ?? key.Algorithm,
            PrivateKey = privateKey ?? key.PrivateKey,
            PublishedAt = key.PublishedAt,
            SignsFrom = key.SignsFrom,
        };
}
