using System.Text;
using ExchangeCluster.Domain.Keys;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Keys;

/// <summary>The stored form is frozen: a newer version must read what an older one wrote.</summary>
public sealed class KeyRecordTests
{
    private const string Secret =
        """{"record":"cluster-secret/1","secret":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}""";

    private const string SigningKey =
        """{"record":"signing-key/1","kid":"k1","alg":"ES256","pkcs8":"AQID","published_at_s":1900000000,"signs_from_s":1902592000}""";

    private const string Retired = """{"record":"retired-key/1","kid":"k1"}""";

    [Theory]
    [InlineData(Secret, "secret")]
    [InlineData(SigningKey, "key:k1")]
    [InlineData(Retired, "key:k1")]
    public void Reads_and_writes_version_1(string json, string logKey)
    {
        var record = KeyRecord.Decode(Encoding.UTF8.GetBytes(json));

        Assert.Equal(logKey, record.LogKey);
        Assert.Equal(json, Encoding.UTF8.GetString(record.Encode()));
    }

    [Fact]
    public void Reads_every_member()
    {
        var secret = Assert.IsType<SecretRecord>(KeyRecord.Decode(Encoding.UTF8.GetBytes(Secret)));
        Assert.Equal(Enumerable.Range(0, 32).Select(i => (byte)i), secret.Secret.Reveal());
        var key = Assert.IsType<SigningKeyRecord>(KeyRecord.Decode(Encoding.UTF8.GetBytes(SigningKey)));
        Assert.Equal("k1", key.KeyId);
        Assert.Equal("ES256", key.Algorithm);
        Assert.Equal([1, 2, 3], key.PrivateKey);
        Assert.Equal(1_900_000_000, key.PublishedAt.ToUnixTimeSeconds());
        Assert.Equal(1_902_592_000, key.SignsFrom.ToUnixTimeSeconds());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("""{"kid":"k1"}""")]
    [InlineData("""{"record":"retired-key/2","kid":"k1"}""")]
    [InlineData("""{"record":"retired-key/1"}""")]
    [InlineData("""{"record":"retired-key/1","kid":null}""")]
    [InlineData("""{"record":"retired-key/1","kid":"k1","more":1}""")]
    [InlineData("""{"record":"retired-key/1","kid":"k1","kid":"k2"}""")]
    [InlineData("""{"record":"retired-key/1","kid":"k1"} {}""")]
    [InlineData("""{"record":"cluster-secret/1","secret":"AAEC"}""")]
    [InlineData("""{"record":"signing-key/1","kid":"k1","alg":"ES256","pkcs8":"AQID","published_at_s":1900000000,"signs_from_s":"x"}""")]
    [InlineData("""{"record":"signing-key/1","kid":"k1","alg":"ES256","pkcs8":"AQID","published_at_s":1900000000,"signs_from_s":9e18}""")]
    [InlineData("""{"record":"signing-key/1","kid":"k1","alg":"ES256","pkcs8":"*","published_at_s":1900000000,"signs_from_s":1}""")]
    public void Refuses_anything_else(string json) =>
        Assert.Throws<FormatException>(() => KeyRecord.Decode(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void Refusal_does_not_quote_the_record()
    {
        var e = Assert.Throws<FormatException>(() => KeyRecord.Decode("{\"record\":\"cluster-secret/1\",\"secret\":\"canary\"}"u8));

        Assert.DoesNotContain("canary", e.ToString(), StringComparison.Ordinal);
    }
}
