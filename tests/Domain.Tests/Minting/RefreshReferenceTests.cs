using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Minting;

public sealed class RefreshReferenceTests
{
    private static readonly ClusterSecret Secret = new(new byte[ClusterSecret.Size]);

    [Fact]
    public void Reads_back_what_it_made_and_is_kept_under_other_names()
    {
        var made = RefreshReference.Generate(Secret);

        Assert.True(RefreshReference.TryParse(made.Text, Secret, out var read));
        Assert.Equal((made.FamilyName, made.FamilyHandle, made.Name), (read.FamilyName, read.FamilyHandle, read.Name));
        Assert.DoesNotContain(made.FamilyName, made.Text.Reveal(), StringComparison.Ordinal);
        Assert.DoesNotContain(made.Name, made.Text.Reveal(), StringComparison.Ordinal);
        Assert.Equal(nameof(RefreshReference), made.ToString());
    }

    [Fact]
    public void Shares_the_family_with_the_one_that_it_replaces_and_nothing_else()
    {
        var first = RefreshReference.Generate(Secret);
        var next = first.Next(Secret);
        var other = RefreshReference.Generate(Secret);

        Assert.Equal((first.FamilyName, first.FamilyHandle), (next.FamilyName, next.FamilyHandle));
        Assert.NotEqual(first.Name, next.Name);
        Assert.NotEqual(first.FamilyName, other.FamilyName);
        Assert.NotEqual(first.FamilyHandle, other.FamilyHandle);
        Assert.Equal(1000, Enumerable.Range(0, 1000).Select(_ => first.Next(Secret).Text.Reveal()).Distinct().Count());
    }

    [Fact]
    public void Refuses_every_text_that_differs_in_one_character()
    {
        var made = RefreshReference.Generate(Secret).Text.Reveal();
        for (var index = 0; index < made.Length; index++)
        {
            var changed = made[..index] + (made[index] == 'A' ? 'B' : 'A') + made[(index + 1)..];
            Assert.False(RefreshReference.TryParse(new SensitiveText(changed), Secret, out _), changed);
        }
    }

    [Fact]
    public void Refuses_one_of_another_cluster_and_an_opaque_access_token()
    {
        Assert.False(RefreshReference.TryParse(RefreshReference.Generate(ClusterSecret.Generate()).Text, Secret, out _));
        Assert.False(RefreshReference.TryParse(TokenReference.Generate(Secret).Text, Secret, out _));
        Assert.False(TokenReference.TryParse(RefreshReference.Generate(Secret).Text, Secret, out _));
    }
}
