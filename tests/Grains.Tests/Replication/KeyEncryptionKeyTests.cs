using System.Security.Cryptography;
using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class KeyEncryptionKeyTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(31)]
    [InlineData(33)]
    [InlineData(64)]
    public void Refuses_another_size(int size)
    {
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(size));

        Assert.Throws<FormatException>(() => KeyEncryptionKey.FromBase64(text));
    }

    [Fact]
    public void Refuses_other_text_without_quoting_it()
    {
        var refused = Assert.Throws<FormatException>(() => KeyEncryptionKey.FromBase64("canary-secret"));

        Assert.DoesNotContain("canary-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Reads_the_key_of_a_file_that_ends_in_a_newline()
    {
        var text = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

        Assert.Equal(text, KeyEncryptionKey.FromBase64(text + "\n").RevealBase64());
    }

    [Fact]
    public void Prints_no_key()
    {
        var key = KeyEncryptionKey.Generate();

        Assert.DoesNotContain(key.RevealBase64(), $"{key}", StringComparison.Ordinal);
    }
}
