using ExchangeCluster.Domain.Revocations;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Revocations;

public sealed class RevocationBuilderTests
{
    private static readonly RevocationTarget Web = RevocationTarget.Client("web");

    private readonly RevocationBuilder builder = new();

    [Fact]
    public void Fault_R18_Keeps_a_cut_off_until_it_lapses_and_a_block_for_ever()
    {
        builder.Set(Chains.Entry(Web, 1));
        builder.Set(Chains.Entry(Web, 2, isBlock: true));

        Assert.False(builder.DropLapsed(Chains.Now.AddHours(1).AddTicks(-1)));
        Assert.Equal(2, Snapshot().Count);
        Assert.True(builder.DropLapsed(Chains.Now.AddHours(1)));
        Assert.True(Assert.Single(Snapshot().Entries).IsBlock);
        Assert.False(builder.DropLapsed(Chains.Now.AddYears(100)));
        Assert.Equal(1, Snapshot().Count);
    }

    [Fact]
    public void A_renewed_cut_off_lapses_later()
    {
        builder.Set(Chains.Entry(Web, 1));
        builder.Set(Chains.Entry(Web, 2, at: Chains.Now.AddMinutes(30)));

        Assert.False(builder.DropLapsed(Chains.Now.AddHours(1)));
        Assert.Equal(2, Assert.Single(Snapshot().Entries).Epoch);
        Assert.True(builder.DropLapsed(Chains.Now.AddMinutes(90)));
    }

    [Fact]
    public void A_snapshot_stays_as_it_was()
    {
        builder.Set(Chains.Entry(Web, 1, isBlock: true));
        var before = Snapshot();

        builder.Remove(Web.Id(isBlock: true, Chains.Secret));

        Assert.True(before.IsBlocked(Web));
        Assert.False(Snapshot().IsBlocked(Web));
    }

    [Fact]
    public void Ids_tell_kinds_and_strengths_apart_and_name_nobody()
    {
        RevocationTarget[] targets =
        [
            RevocationTarget.All, Web, RevocationTarget.Issuer("web"), RevocationTarget.Edge("web", "orders"), RevocationTarget.Edge("weborders", ""),
            RevocationTarget.Subject("web", "orders", Chains.Secret), RevocationTarget.Session("web", "orders", Chains.Secret),
            RevocationTarget.Token(new(1)), RevocationTarget.Token(new(2)),
        ];
        string[] ids = [.. targets.SelectMany(target => new[] { target.Id(false, Chains.Secret), target.Id(true, Chains.Secret) })];

        Assert.Equal(ids.Length, ids.Distinct(StringComparer.Ordinal).Count());
        Assert.All(ids, id => Assert.Matches(@"\A(block|cutoff)\.[a-z]+\.[A-Za-z0-9_-]{22}\z", id));
        Assert.DoesNotContain(ids, id => id.Contains("orders", StringComparison.Ordinal));
    }

    private RevocationSnapshot Snapshot() => builder.ToSnapshot(Chains.Incarnation);
}
