using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Clients;

/// <summary>
/// The stored form of a client secret: <c>hmac-sha256:salt:hash</c>, both base64url, the hash HMAC-SHA-256 of the UTF-8
/// secret with the salt as key. Client secrets are generated, not chosen, so a fast hash keeps them safe and the token
/// endpoint quick; see docs/decisions/0005-client-secrets.md.
/// </summary>
public sealed class ClientSecretHash
{
    /// <summary>Shortest secret, in UTF-8 bytes. A generated one of this length is beyond guessing.</summary>
    public const int MinSecretSize = 16;

    private const string Scheme = "hmac-sha256";
    private const int MinSaltSize = 16;
    private const int MaxSaltSize = 64;

    private readonly byte[] salt;
    private readonly byte[] hash;

    private ClientSecretHash(byte[] salt, byte[] hash)
    {
        this.salt = salt;
        this.hash = hash;
    }

    /// <summary>The hash of a secret that nobody has: compared where there is nothing else to compare.</summary>
    internal static ClientSecretHash OfNobody { get; } =
        new(RandomNumberGenerator.GetBytes(MinSaltSize), RandomNumberGenerator.GetBytes(HMACSHA256.HashSizeInBytes));

    /// <summary>A hash of <paramref name="secret"/> under a fresh salt.</summary>
    /// <exception cref="ArgumentException">The secret is shorter than <see cref="MinSecretSize"/>.</exception>
    public static ClientSecretHash Of(SensitiveText secret)
    {
        var octets = Encoding.UTF8.GetBytes(secret.Reveal());
        if (octets.Length < MinSecretSize)
        {
            throw new ArgumentException($"A client secret has at least {MinSecretSize} bytes.", nameof(secret));
        }

        var fresh = RandomNumberGenerator.GetBytes(MinSaltSize);
        return new ClientSecretHash(fresh, HMACSHA256.HashData(fresh, octets));
    }

    /// <summary>False for any text but the one spelling of a stored hash.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ClientSecretHash? result)
    {
        result = null;
        var parts = text.Split(':');
        if (parts.Length != 3 || parts[0] != Scheme
            || !StrictBase64Url.TryDecode(parts[1], out var salt) || salt.Length is < MinSaltSize or > MaxSaltSize
            || !StrictBase64Url.TryDecode(parts[2], out var hash) || hash.Length != HMACSHA256.HashSizeInBytes)
        {
            return false;
        }

        result = new ClientSecretHash(salt, hash);
        return true;
    }

    /// <summary>Takes the same time whether and wherever the hashes differ.</summary>
    public bool Verify(SensitiveText secret)
    {
        var octets = Encoding.UTF8.GetBytes(secret.Reveal());
        Span<byte> actual = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(salt, octets, actual);
        return CryptographicOperations.FixedTimeEquals(actual, hash) & octets.Length >= MinSecretSize;
    }

    /// <summary>The stored form, for the policy.</summary>
    public override string ToString() => $"{Scheme}:{Base64Url.EncodeToString(salt)}:{Base64Url.EncodeToString(hash)}";
}
