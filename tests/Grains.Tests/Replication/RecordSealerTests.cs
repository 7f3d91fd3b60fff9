using System.Security.Cryptography;
using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class RecordSealerTests
{
    private static readonly RecordPlace Place = new("keys", new Guid("0c8f1f4e-4c1e-4d1a-9d0c-7a5b3c2d1e0f"), 7, "key:one");
    private static readonly byte[] Plaintext = "canary-payload"u8.ToArray();

    private readonly KeyEncryptionKey key = KeyEncryptionKey.Generate();
    private readonly RecordSealer sealer;

    public RecordSealerTests() => sealer = new RecordSealer(key);

    [Fact]
    public void Opens_what_was_sealed_for_its_place()
    {
        Assert.Equal(Plaintext, new RecordSealer(KeyEncryptionKey.FromBase64(key.RevealBase64())).Open(Place, sealer.Seal(Place, Plaintext)));
        Assert.Empty(sealer.Open(Place, sealer.Seal(Place, [])));
    }

    [Fact]
    public void Opens_what_was_sealed_under_a_key_that_the_library_derived()
    {
        var salt = RandomNumberGenerator.GetBytes(24);
        var derived = SP800108HmacCounterKdf.DeriveBytes(
            Convert.FromBase64String(key.RevealBase64()), HashAlgorithmName.SHA256, "exchange-cluster:record"u8, salt, 32 + 12);
        var (ciphertext, tag) = (new byte[Plaintext.Length], new byte[16]);
        using var cipher = new AesGcm(derived.AsSpan(0, 32), tag.Length);
        cipher.Encrypt(derived.AsSpan(32), Plaintext, ciphertext, tag, Place.Bytes());

        Assert.Equal(Plaintext, sealer.Open(Place, [1, .. salt, .. ciphertext, .. tag]));
    }

    [Fact]
    public void Refuses_a_record_of_another_log() => Refuses(Place with { Log = "policy" });

    [Fact]
    public void Refuses_a_record_of_another_incarnation() => Refuses(Place with { Incarnation = Guid.Empty });

    [Fact]
    public void Refuses_a_record_of_an_earlier_epoch() => Refuses(Place with { Epoch = 6 });

    [Fact]
    public void Refuses_a_record_of_another_key() => Refuses(Place with { Key = "key:two" });

    [Fact]
    public void Refuses_names_that_only_run_together_alike()
    {
        var record = sealer.Seal(Place with { Log = "ab", Key = "c" }, Plaintext);

        Assert.ThrowsAny<CryptographicException>(() => sealer.Open(Place with { Log = "a", Key = "bc" }, record));
    }

    [Fact]
    public void Refuses_a_record_under_another_key_encryption_key()
    {
        var record = new RecordSealer(KeyEncryptionKey.Generate()).Seal(Place, Plaintext);

        Assert.ThrowsAny<CryptographicException>(() => sealer.Open(Place, record));
    }

    [Fact]
    public void Refuses_a_record_with_any_byte_changed()
    {
        var record = sealer.Seal(Place, Plaintext);
        for (var index = 0; index < record.Length; index++)
        {
            var changed = record.ToArray();
            changed[index] ^= 1;
            Assert.ThrowsAny<CryptographicException>(() => sealer.Open(Place, changed));
        }
    }

    [Fact]
    public void Refuses_a_record_cut_off_anywhere()
    {
        var record = sealer.Seal(Place, Plaintext);
        for (var length = 0; length < record.Length; length++)
        {
            Assert.ThrowsAny<CryptographicException>(() => sealer.Open(Place, record.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Never_seals_twice_alike()
    {
        var one = sealer.Seal(Place, Plaintext);
        var other = sealer.Seal(Place, Plaintext);

        Assert.NotEqual(one[1..25], other[1..25]);
        Assert.NotEqual(one[25..39], other[25..39]);
    }

    private void Refuses(RecordPlace other) =>
        Assert.ThrowsAny<CryptographicException>(() => sealer.Open(Place, sealer.Seal(other, Plaintext)));
}
