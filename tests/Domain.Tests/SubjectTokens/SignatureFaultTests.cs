using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Group T: signatures that are not the issuer's.</summary>
public sealed class SignatureFaultTests
{
    private const int CoordinateSize = 32;

    /// <summary>Order of P-256 (SEC 2, section 2.4.2).</summary>
    private static readonly BigInteger Order = BigInteger.Parse(
        "0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    [Fact]
    public void Fault_T7_Refuses_ecdsa_signatures_at_the_edges()
    {
        var token = Scene.TokenWith();
        var signature = TestJws.Part(token, 2);
        var (r, s) = Split(signature);
        byte[][] signatures =
        [
            new byte[2 * CoordinateSize], Join(0, s), Join(r, 0), Join(Order, s), Join(r, Order), Join(Order, Order), Join(r, Order + s % 1000),
            Join(1, 1), Join(Order - 1, Order - 1), Join((BigInteger.One << 256) - 1, (BigInteger.One << 256) - 1), Join(s, r),
            ToDer(r, s), [], [0], signature[..63], signature[..32], [.. signature, 0], [0, .. signature],
            [0, .. signature[..32], 0, .. signature[32..]], [.. signature, .. signature], Enumerable.Repeat((byte)0xFF, 64).ToArray(),
        ];

        Assert.All(signatures, edge => Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, TestJws.WithSignature(token, edge)));
    }

    [Theory]
    [InlineData("es256")]
    [InlineData("es384")]
    [InlineData("rs256")]
    [InlineData("ps256")]
    public void Fault_T8_Refuses_every_flipped_bit_and_other_length(string keyId)
    {
        var token = Scene.TokenWith(key: Scene.Login.Keys.Single(key => key.KeyId == keyId));
        var signature = TestJws.Part(token, 2);

        Assert.All(Enumerable.Range(0, signature.Length), index =>
        {
            var flipped = signature.ToArray();
            flipped[index] ^= (byte)(1 << (index % 8));
            Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, TestJws.WithSignature(token, flipped));
        });
        byte[][] lengths = [[0, .. signature], [.. signature, 0], signature[1..], signature[..^1], [], new byte[signature.Length]];
        Assert.All(lengths, other => Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, TestJws.WithSignature(token, other)));
    }

    [Fact]
    public void Fault_T8_Refuses_the_other_rsa_padding_and_other_digests()
    {
        using var rsa = RSA.Create(2048);
        var issuer = IssuerOf(rsa);
        var keys = new Dictionary<string, KeySet> { [Scene.Login.Issuer] = issuer };

        foreach (var algorithm in new[] { "RS256", "PS256" })
        {
            var token = Scene.TokenWith(header: h => (h["alg"], h["kid"]) = (algorithm, "rsa"));
            var input = System.Text.Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
            var right = algorithm == "RS256" ? RSASignaturePadding.Pkcs1 : RSASignaturePadding.Pss;
            var wrong = algorithm == "RS256" ? RSASignaturePadding.Pss : RSASignaturePadding.Pkcs1;

            Scene.Accepted(Scene.Validate(TestJws.WithSignature(token, rsa.SignData(input, HashAlgorithmName.SHA256, right)), issuerKeys: keys));
            byte[][] signatures =
            [
                rsa.SignData(input, HashAlgorithmName.SHA256, wrong),
                rsa.SignData(input, HashAlgorithmName.SHA1, right),
                rsa.SignData(input, HashAlgorithmName.SHA512, right),
                rsa.SignData([.. input, 0], HashAlgorithmName.SHA256, right),
            ];
            Assert.All(signatures, signature => Scene.Refused(
                RefusalReason.SubjectTokenSignatureInvalid, Scene.Validate(TestJws.WithSignature(token, signature), issuerKeys: keys)));
        }
    }

    [Fact]
    public void Fault_Z19_Refuses_forged_tokens_that_reuse_what_is_known_of_a_good_one()
    {
        var good = Scene.TokenWith();
        var accepted = Scene.Accepts(good);
        var attacker = TestKey.Create("ES256", "es256");
        var header = TestJws.Part(good, 0);
        var payload = TestJws.Part(good, 1);

        Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, TestJws.Sign(header, payload, attacker));
        Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, TestJws.WithSignature(good, new byte[64]));
        Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, Scene.TokenWith(
            c => c["jti"] = accepted.Claims.GetProperty("jti").GetString(), key: attacker));
    }

    [Fact]
    public void Fault_Z20_Gives_a_re_encoded_twin_the_handle_of_its_token()
    {
        var token = Scene.TokenWith();
        var (r, s) = Split(TestJws.Part(token, 2));
        var twin = TestJws.WithSignature(token, Join(r, Order - s));
        var again = TestJws.WithSignature(token, Scene.Es256.Sign(System.Text.Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')])));
        Assert.Equal(3, new[] { token, twin, again }.Distinct().Count());

        Assert.Equal(Scene.Accepts(token).Handle, Scene.Accepts(twin).Handle);
        Assert.Equal(Scene.Accepts(token).Handle, Scene.Accepts(again).Handle);
        Assert.NotEqual(Scene.Accepts(token).Handle, Scene.Accepts(Scene.TokenWith()).Handle);
    }

    [Fact]
    public void Gives_handles_that_depend_on_issuer_and_cluster()
    {
        var secret = ClusterSecret.Generate();
        var input = "a.b"u8;

        Assert.Equal(TokenHandles.Of(secret, "https://a.example", input), TokenHandles.Of(secret, "https://a.example", input));
        Assert.NotEqual(TokenHandles.Of(secret, "https://a.example", input), TokenHandles.Of(secret, "https://b.example", input));
        Assert.NotEqual(
            TokenHandles.Of(secret, "https://a.example", input), TokenHandles.Of(ClusterSecret.Generate(), "https://a.example", input));
    }

    /// <summary>A set with one RSA key that names no algorithm.</summary>
    private static KeySet IssuerOf(RSA rsa)
    {
        var parameters = rsa.ExportParameters(includePrivateParameters: false);
        return KeySetReader.Read(
            $$"""{"keys":[{"kty":"RSA","kid":"rsa","n":"{{Encode(parameters.Modulus!)}}","e":"{{Encode(parameters.Exponent!)}}"}]}""",
            Scene.Now,
            TimeSpan.FromHours(1));
    }

    private static string Encode(byte[] octets) => System.Buffers.Text.Base64Url.EncodeToString(octets);

    private static (BigInteger R, BigInteger S) Split(byte[] signature) =>
        (new(signature.AsSpan(0, CoordinateSize), isUnsigned: true, isBigEndian: true),
            new(signature.AsSpan(CoordinateSize), isUnsigned: true, isBigEndian: true));

    private static byte[] Join(BigInteger r, BigInteger s)
    {
        var signature = new byte[2 * CoordinateSize];
        Write(r, signature.AsSpan(0, CoordinateSize));
        Write(s, signature.AsSpan(CoordinateSize));
        return signature;
    }

    private static void Write(BigInteger number, Span<byte> destination)
    {
        var octets = number.ToByteArray(isUnsigned: true, isBigEndian: true);
        octets.CopyTo(destination[(destination.Length - octets.Length)..]);
    }

    private static byte[] ToDer(BigInteger r, BigInteger s)
    {
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(s);
        }

        return writer.Encode();
    }
}
