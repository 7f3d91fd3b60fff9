using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Tests.Hosting;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Auditing;

/// <summary>A bounded memory: the latest decisions of known clients.</summary>
public sealed class RecentDecisionsTests
{
    private readonly RecentDecisions recent = new(new FakeClusterState(null!));

    [Fact]
    public void Forgets_the_oldest()
    {
        RequestId[] ids = [.. Enumerable.Range(0, RecentDecisions.Capacity + 1).Select(_ => RequestId.Next())];
        foreach (var id in ids)
        {
            recent.Accept(Entry(id, "web", AnswerSource.Decided));
            recent.Flush();
        }

        Assert.Equal(RecentDecisions.Capacity, recent.All.Count);
        Assert.Null(recent.Find(ids[0].ToString()));
        Assert.NotNull(recent.Find(ids[1].ToString()));
        Assert.NotNull(recent.Find(ids[^1].ToString()));
    }

    [Fact]
    public void Keeps_a_share_of_more_than_anyone_could_read()
    {
        Assert.Equal(RecentDecisions.Burst, AcceptAll(RecentDecisions.Burst + 1));
        recent.Flush();
        Assert.Equal(RecentDecisions.AtOnce, AcceptAll(RecentDecisions.AtOnce + 1));

        // A while with fewer.
        for (var flush = 0; flush < 100; flush++)
        {
            recent.Flush();
        }

        Assert.Equal(RecentDecisions.Burst, AcceptAll(RecentDecisions.Burst + 1));
    }

    [Theory]
    [InlineData(null, AnswerSource.Decided)]
    [InlineData("web", AnswerSource.NearCache)]
    public void Keeps_nothing_of_strangers_and_of_repeated_answers(string? client, AnswerSource source)
    {
        recent.Accept(Entry(RequestId.Next(), client, source));

        Assert.Empty(recent.All);
    }

    /// <returns>How many of them were kept: the first.</returns>
    private int AcceptAll(int count)
    {
        RequestId[] ids = [.. Enumerable.Range(0, count).Select(_ => RequestId.Next())];
        foreach (var id in ids)
        {
            recent.Accept(Entry(id, "web", AnswerSource.Decided));
        }

        return ids.TakeWhile(id => recent.Find(id.ToString()) is not null).Count();
    }

    private static DecisionEntry Entry(RequestId id, string? client, AnswerSource source) => new(
        DecisionFacts.Refused(client, null, new Refusal(RefusalReason.ClientNotAllowedGrant)), id, DateTimeOffset.UnixEpoch, source);
}
