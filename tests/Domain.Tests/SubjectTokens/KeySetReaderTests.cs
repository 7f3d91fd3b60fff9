using System.Buffers.Text;
using System.Numerics;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

public sealed class KeySetReaderTests
{
    private static readonly string Zero = Base64Url.EncodeToString(new byte[32]);

    [Fact]
    public void Reads_every_usable_key_with_its_algorithms()
    {
        var set = Scene.Login.KeySet(Scene.Now, TimeSpan.FromMinutes(7));

        Assert.Empty(set.Refused);
        Assert.Equal(["es256", "es384", "rs256", "ps256"], set.Keys.Select(key => key.KeyId));
        Assert.Equal(["ES256", "ES384", "RS256", "PS256"], set.Keys.Select(key => Assert.Single(key.Algorithms)));
        Assert.Equal((Scene.Now, TimeSpan.FromMinutes(7)), (set.FetchedAt, set.MaxAge));
    }

    [Fact]
    public void Gives_a_key_without_alg_every_algorithm_of_its_type_and_no_other()
    {
        Assert.Equal(["ES256"], Read(Scene.Es256, jwk => jwk.Remove("alg")).Keys[0].Algorithms);
        Assert.Equal(
            ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"], Read(Scene.Rs256, jwk => jwk.Remove("alg")).Keys[0].Algorithms);
    }

    [Theory]
    [InlineData("use", "null")]
    [InlineData("use", "\"enc\"")]
    [InlineData("use", "1")]
    [InlineData("key_ops", "[]")]
    [InlineData("key_ops", """["encrypt","wrapKey"]""")]
    [InlineData("key_ops", "\"verify\"")]
    [InlineData("key_ops", "[1]")]
    [InlineData("kty", "\"oct\"")]
    [InlineData("kty", "\"OKP\"")]
    [InlineData("kty", "\"RSA\"")]
    [InlineData("kty", "null")]
    [InlineData("crv", "\"P-384\"")]
    [InlineData("crv", "\"secp256k1\"")]
    [InlineData("crv", "\"p-256\"")]
    [InlineData("alg", "\"ES384\"")]
    [InlineData("alg", "\"RS256\"")]
    [InlineData("alg", "\"HS256\"")]
    [InlineData("alg", "\"none\"")]
    [InlineData("alg", "null")]
    [InlineData("kid", "1")]
    [InlineData("kid", "\"\"")]
    [InlineData("kid", "null")]
    [InlineData("d", "\"AAAA\"")]
    [InlineData("x", "\"AAAA\"")]
    [InlineData("x", "\"\"")]
    [InlineData("x", "1")]
    [InlineData("y", "\"!!!!\"")]
    public void Fault_T32_Leaves_out_unfit_keys_and_keeps_the_others(string member, string value)
    {
        var set = Read(Scene.Es256, jwk => jwk[member] = JsonNode.Parse(value));

        Assert.Equal(["es384"], set.Keys.Select(key => key.KeyId));
        Assert.StartsWith("key 0", Assert.Single(set.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_T32_Leaves_out_small_rsa_keys()
    {
        var set = Read(TestKey.Create("RS256", "small", rsaBits: 1024));

        Assert.Equal(["es384"], set.Keys.Select(key => key.KeyId));
        Assert.Contains("kid \"small\"", Assert.Single(set.Refused), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1 })]
    [InlineData(new byte[] { 0 })]
    [InlineData(new byte[] { 2 })]
    [InlineData(new byte[] { 1, 0, 0 })]
    [InlineData(new byte[] { 0, 0, 1 })]
    [InlineData(new byte[] { 1, 2, 3, 4, 5, 6, 7, 8, 9 })]
    public void Fault_T32_Leaves_out_rsa_keys_with_a_weak_exponent(byte[] exponent) =>
        Assert.Equal(["es384"], Read(Scene.Rs256, jwk => jwk["e"] = Base64Url.EncodeToString(exponent)).Keys.Select(key => key.KeyId));

    [Fact]
    public void Fault_T32_Leaves_out_rsa_keys_with_a_weak_modulus()
    {
        var good = Modulus(Scene.Rs256);
        BigInteger[] moduli = [good - 1, good >> 1, 0, BigInteger.One << 8192, RocaModulus()];

        Assert.All(moduli, modulus => Assert.Equal(
            ["es384"], Read(Scene.Rs256, jwk => jwk["n"] = Encode(modulus)).Keys.Select(key => key.KeyId)));
        Assert.Contains("CVE-2017-15361", Assert.Single(Read(Scene.Rs256, jwk => jwk["n"] = Encode(RocaModulus())).Refused), StringComparison.Ordinal);
        Assert.Equal(2, Read(Scene.Rs256, jwk => jwk["n"] = Encode(RocaModulus() + 2)).Keys.Length);
    }

    [Fact]
    public void Fault_T32_Leaves_out_points_off_the_curve()
    {
        var y = Base64Url.DecodeFromChars((string)Scene.Es256.PublicJwk()["y"]!);
        y[^1] ^= 1;
        string[] points = [Base64Url.EncodeToString(y), Zero, new string('_', 42) + "8"];

        Assert.All(points, point => Assert.Equal(["es384"], Read(Scene.Es256, jwk => jwk["y"] = point).Keys.Select(key => key.KeyId)));
        Assert.Equal(["es384"], Read(Scene.Es256, jwk => (jwk["x"], jwk["y"]) = (Zero, Zero)).Keys.Select(key => key.KeyId));
    }

    [Fact]
    public void Leaves_out_every_key_of_an_ambiguous_kid()
    {
        var set = new TestIssuer("https://a.example", Scene.Es256, Scene.Es384, Scene.Rs256.As(keyId: "es256")).KeySet(Scene.Now);

        Assert.Equal(["es384"], set.Keys.Select(key => key.KeyId));
        Assert.Contains("es256", Assert.Single(set.Refused), StringComparison.Ordinal);
    }

    [Fact]
    public void Names_refused_keys_without_control_characters_of_theirs()
    {
        var refused = Assert.Single(Read(Scene.Es256, jwk => (jwk["kid"], jwk["use"]) = ("a\r\nb\u001b[1m\u202e", "enc")).Refused);

        Assert.StartsWith("key 0 (kid \"a??b?[1m?\"): ", refused, StringComparison.Ordinal);
    }

    [Fact]
    public void Ignores_what_it_does_not_need()
    {
        var set = Read(Scene.Rs256, jwk =>
        {
            jwk["x5c"] = new JsonArray("not a certificate");
            jwk["x5u"] = "https://attacker.example";
            jwk["key_ops"] = new JsonArray("verify");
            jwk["extension"] = new JsonObject { ["deep"] = 1 };
        });

        Assert.Empty(set.Refused);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"keys":{}}""")]
    [InlineData("""{"keys":null}""")]
    [InlineData("""{"keys":[]}x""")]
    [InlineData("""{"keys":[],"keys":[]}""")]
    [InlineData("""{"keys":[{"kty":"EC","kty":"EC"}]}""")]
    [InlineData("<html></html>")]
    public void Refuses_what_is_no_key_set(string text) =>
        Assert.Throws<FormatException>(() => KeySetReader.Read(text, Scene.Now, TimeSpan.FromHours(1)));

    [Fact]
    public void Refuses_sets_beyond_their_bounds()
    {
        Assert.Throws<FormatException>(() => KeySetReader.Read(SetOf(KeySet.MaxKeys + 1), Scene.Now, TimeSpan.FromHours(1)));
        Assert.Throws<FormatException>(() => KeySetReader.Read(
            $"{{\"keys\":[],\"filler\":\"{new string('x', KeySetReader.MaxLength)}\"}}", Scene.Now, TimeSpan.FromHours(1)));
        Assert.Equal(KeySet.MaxKeys, KeySetReader.Read(SetOf(KeySet.MaxKeys), Scene.Now, TimeSpan.FromHours(1)).Keys.Length);
    }

    [Fact]
    public void Reads_a_set_without_usable_keys() =>
        Assert.Single(KeySetReader.Read("""{"keys":["text"]}""", Scene.Now, TimeSpan.FromHours(1)).Refused);

    /// <summary>A set of the edited key and a good one, <c>es384</c>.</summary>
    private static KeySet Read(TestKey key, Action<JsonObject>? edit = null)
    {
        var jwk = key.PublicJwk();
        edit?.Invoke(jwk);
        var set = new JsonObject { ["keys"] = new JsonArray(jwk, Scene.Es384.PublicJwk()) };
        return KeySetReader.Read(set.ToJsonString(), Scene.Now, TimeSpan.FromHours(1));
    }

    private static string SetOf(int count) =>
        new TestIssuer("https://a.example", Enumerable.Range(0, count).Select(i => Scene.Es256.As(keyId: $"{i}"))).Jwks;

    private static BigInteger Modulus(TestKey key) =>
        new(Base64Url.DecodeFromChars((string)key.PublicJwk()["n"]!), isUnsigned: true, isBigEndian: true);

    private static string Encode(BigInteger number) => Base64Url.EncodeToString(number.ToByteArray(isUnsigned: true, isBigEndian: true));

    /// <summary>
    /// A 2048-bit modulus as the vulnerable library makes it (Nemec et al., CCS 2017): two factors
    /// <c>k·M + (65537^a mod M)</c>, M the product of the first 126 primes. Whether they are prime makes no difference.
    /// </summary>
    private static BigInteger RocaModulus()
    {
        var product = Enumerable.Range(2, 700)
            .Where(n => Enumerable.Range(2, n - 2).All(divisor => n % divisor != 0))
            .Take(126)
            .Aggregate(BigInteger.One, (product, prime) => product * prime);
        return Factor(product, 1234567) * Factor(product, 7654321);
    }

    private static BigInteger Factor(BigInteger product, int exponent)
    {
        var k = (BigInteger.One << 1024) / product - exponent;
        return (k - k % 2) * product + BigInteger.ModPow(65537, exponent, product);
    }
}
