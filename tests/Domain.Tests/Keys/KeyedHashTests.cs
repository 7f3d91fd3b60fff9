using System.Text;
using ExchangeCluster.Domain.Keys;
using CsCheck;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Keys;

public sealed class KeyedHashTests
{
    private static readonly Gen<string[]> Fields = Gen.String[Gen.Char["ab|\0"], 0, 3].Array[0, 4];

    [Fact]
    public void Field_lists_hash_alike_only_when_they_are_alike() => Gen.Select(Fields, Fields).Sample(
        (one, two) => one.SequenceEqual(two) == Hash(one).SequenceEqual(Hash(two)), iter: 20_000);

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(500)]
    [InlineData(5_000)]
    public void Fault_Z17_Texts_with_a_common_beginning_hash_apart(int length)
    {
        var beginning = new string('x', length);

        Assert.NotEqual(Hash([beginning + "a"]), Hash([beginning + "b"]));
        Assert.NotEqual(Hash([beginning]), Hash([beginning + "b"]));
    }

    [Fact]
    public void Another_key_hashes_otherwise() => Assert.NotEqual(Hash(["a"]), Hash(["a"], key: 2));

    [Fact]
    public void Refuses_a_lone_surrogate() => Assert.Throws<EncoderFallbackException>(() => Hash(["\uD800"]));

    private static byte[] Hash(string[] fields, byte key = 1)
    {
        var hash = new KeyedHash(new HmacKey([key]));
        foreach (var field in fields)
        {
            hash.Add(field);
        }

        var digest = new byte[KeyedHash.Size];
        hash.Finish(digest);
        return digest;
    }
}
