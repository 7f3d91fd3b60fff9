using System.Buffers.Text;
using System.Text;
using CsCheck;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using Xunit;
using static ExchangeCluster.Domain.Tests.Minting.Lineages;

namespace ExchangeCluster.Domain.Tests.Minting;

public sealed class LineageCodecTests
{
    /// <summary>Made once by version 1 from <see cref="Full"/>. Tokens like it are out in the world: never make it anew.</summary>
    private const string Stored =
        "ARX2W-gnO6ZI-pPf0kd_gLPcIqLdHpDe7Ss1FM-ZHH21akKgyGZxb7PpzDXQcs5NLNH08CZuzQYKejp43hXaEODV6m3mZaew30Wq" +
        "t0HW7r0Jc1mG16k8vpZp-GZdPjsKqugWGmpr1clKOZilveGUJXwHsKd3PBupqDlLJKL2jhJNxj_x-8XGUah1xhYmjHltlODKb1dQ" +
        "gYgyUGpMjL8VRwEdZxAb_hbzziwG68EpbgmuQknqFOB7Y3uaHV3JIpZPHh5fVlk_yodQ-LDrtF9I-hrp8vF8gmFTgpxp_ER4zEhw" +
        "1fpJSMsezI7lIeHlb4DtbNj1KzLF0qguD8BldlgS039JJ94vuLjimVVqTVP-ARbU-ivjSwvVOy24j8WtLndcI2mQPAwcqRB1O8Un" +
        "vtj76scLahELasoaH9q_fQG_XI7onQNP-VCxzKmktINQdV9vW70WEGzGpDL5Cyt7-m_TAPBLJnMHBdgs1g";

    [Fact]
    public void Accepts_what_it_made_of_any_lineage() => Any.Sample(lineage =>
    {
        Assert.True(LineageCodec.TryDecrypt(LineageCodec.Encrypt(lineage, Secret, JwtId), Secret, JwtId, out var read));
        MustEqual(lineage, read);
    }, iter: 500);

    [Fact]
    public void Accepts_the_stored_lineage_of_version_1()
    {
        Assert.True(LineageCodec.TryDecrypt(Stored, Secret, JwtId, out var lineage));
        MustEqual(Full, lineage);
    }

    [Fact]
    public void Writes_the_bytes_that_version_1_wrote() => Assert.Equal(
        LineageBox.Open(Stored, SecretBytes, JwtId), LineageBox.Open(LineageCodec.Encrypt(Full, Secret, JwtId), SecretBytes, JwtId));

    [Fact]
    public void Refuses_any_changed_byte()
    {
        var bytes = Base64Url.DecodeFromChars(Stored);
        for (var i = 0; i < bytes.Length; i++)
        {
            var changed = bytes.ToArray();
            changed[i] ^= 1;
            Assert.False(LineageCodec.TryDecrypt(Base64Url.EncodeToString(changed), Secret, JwtId, out _), $"byte {i}");
        }
    }

    [Fact]
    public void Refuses_any_other_length()
    {
        for (var length = 0; length < Stored.Length; length++)
        {
            Assert.False(LineageCodec.TryDecrypt(Stored[..length], Secret, JwtId, out _), $"length {length}");
        }

        Assert.False(LineageCodec.TryDecrypt(Stored + Stored, Secret, JwtId, out _));
        Assert.False(LineageCodec.TryDecrypt(new string('A', 1_000_000), Secret, JwtId, out _));
    }

    [Fact]
    public void Refuses_the_lineage_of_another_token() =>
        Assert.False(LineageCodec.TryDecrypt(LineageCodec.Encrypt(Full, Secret, JwtId), Secret, JwtId + "A", out _));

    [Fact]
    public void Refuses_the_lineage_of_another_cluster() =>
        Assert.False(LineageCodec.TryDecrypt(LineageCodec.Encrypt(Full, Secret, JwtId), ClusterSecret.Generate(), JwtId, out _));

    [Fact]
    public void Refuses_a_second_spelling()
    {
        // 361 bytes: two characters of padding are left out, and four bits of the last character are unused.
        Assert.Equal(2, Stored.Length % 4);
        var last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".IndexOf(Stored[^1], StringComparison.Ordinal);
        var unusedBits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[last | 1];

        Assert.False(LineageCodec.TryDecrypt(Stored[..^1] + unusedBits, Secret, JwtId, out _));
        Assert.False(LineageCodec.TryDecrypt(Stored + "==", Secret, JwtId, out _));
        Assert.False(LineageCodec.TryDecrypt(" " + Stored, Secret, JwtId, out _));
        Assert.False(LineageCodec.TryDecrypt(Stored + "\n", Secret, JwtId, out _));
        Assert.False(LineageCodec.TryDecrypt(Stored.Insert(8, "é"), Secret, JwtId, out _));
    }

    [Fact]
    public void Shows_partners_neither_content_nor_sameness()
    {
        var one = LineageCodec.Encrypt(Full, Secret, JwtId);
        var two = LineageCodec.Encrypt(Full, Secret, JwtId);

        Assert.True(CommonPrefix(one, two) <= 4, "Only the version byte may be alike.");
        var readable = Encoding.Latin1.GetString(Base64Url.DecodeFromChars(one));
        Assert.All(
            ["login", "älice", "Ã¤lice", "s-1", "orders", "geolocation", "locate"],
            text => Assert.DoesNotContain(text, readable, StringComparison.Ordinal));
    }

    [Fact]
    public void Length_tells_little()
    {
        var lengths = Enumerable.Range(1, 64).Select(n => LineageCodec.Encrypt(WithSubject(new string('x', n)), Secret, JwtId).Length);

        Assert.InRange(lengths.Distinct().Count(), 1, 2);
    }

    [Fact]
    public void Refuses_to_write_what_is_not_Unicode()
    {
        Assert.ThrowsAny<Exception>(() => LineageCodec.Encrypt(WithSubject("\uD800"), Secret, JwtId));
    }

    private static Lineage WithSubject(string subject) => new()
    {
        Root = Full.Root with { Subject = subject },
        Ancestors = Full.Ancestors,
        Hops = Full.Hops,
        Elevations = Full.Elevations,
        PolicyRevision = 1,
        RevocationIncarnation = Guid.Empty,
        RevocationEpoch = 1,
    };

    private static int CommonPrefix(string one, string two) => one.AsSpan().CommonPrefixLength(two);
}
