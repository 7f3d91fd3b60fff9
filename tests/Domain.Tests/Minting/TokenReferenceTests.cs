using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Minting;

public sealed class TokenReferenceTests
{
    private static readonly ClusterSecret Secret = new(new byte[ClusterSecret.Size]);

    [Fact]
    public void Reads_back_what_it_made_and_stores_it_under_another_name()
    {
        var made = TokenReference.Generate(Secret);

        Assert.True(TokenReference.TryParse(made.Text, Secret, out var read));
        Assert.Equal(made.StoredName, read.StoredName);
        Assert.StartsWith("xct_", made.Text.Reveal(), StringComparison.Ordinal);
        Assert.Equal(52, made.Text.Length);
        Assert.DoesNotContain(made.StoredName, made.Text.Reveal(), StringComparison.Ordinal);
        Assert.Equal(nameof(TokenReference), made.ToString());
    }

    [Fact]
    public void Makes_another_one_each_time() =>
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => TokenReference.Generate(Secret).Text.Reveal()).Distinct().Count());

    [Fact]
    public void Refuses_every_text_that_differs_in_one_character()
    {
        var made = TokenReference.Generate(Secret).Text.Reveal();
        for (var index = 0; index < made.Length; index++)
        {
            var changed = made[..index] + (made[index] == 'A' ? 'B' : 'A') + made[(index + 1)..];
            Assert.False(TokenReference.TryParse(new SensitiveText(changed), Secret, out _), changed);
        }
    }

    [Theory]
    [InlineData("xct_")]
    [InlineData("xct_AAAA")]
    [InlineData("xct_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("xct_!!!!")]
    [InlineData("a.b.c")]
    public void Refuses_junk(string text) => Assert.False(TokenReference.TryParse(new SensitiveText(text), Secret, out _));

    [Fact]
    public void Refuses_one_of_another_cluster() =>
        Assert.False(TokenReference.TryParse(TokenReference.Generate(ClusterSecret.Generate()).Text, Secret, out _));
}
