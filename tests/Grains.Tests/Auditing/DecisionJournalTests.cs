using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Auditing;

/// <summary>The audit never makes a request wait: what it can't take is counted.</summary>
public sealed class DecisionJournalTests : IDisposable
{
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<ExchangeMetrics>().BuildServiceProvider();
    private readonly CapturedDecisions told = new();
    private readonly DecisionJournal journal;

    public DecisionJournalTests() => journal = new DecisionJournal([told], services.GetRequiredService<ExchangeMetrics>());

    public void Dispose() => services.Dispose();

    [Fact]
    public void Tells_in_order_and_once()
    {
        RequestId[] ids = [RequestId.Next(), RequestId.Next()];
        foreach (var id in ids)
        {
            journal.Record(Entry(id));
        }

        Assert.Empty(told.Entries);
        journal.Drain();
        journal.Drain();

        Assert.Equal(ids, told.Entries.Select(entry => entry.Id));
    }

    [Fact]
    public void Counts_what_comes_when_it_is_full_and_goes_on()
    {
        for (var count = 0; count < DecisionJournal.Capacity + 5; count++)
        {
            journal.Record(Entry(RequestId.Next()));
        }

        journal.Drain();
        Assert.Equal(DecisionJournal.Capacity, told.Entries.Count);

        journal.Record(Entry(RequestId.Next()));
        journal.Drain();
        Assert.Equal(DecisionJournal.Capacity + 1, told.Entries.Count);
    }

    [Fact]
    public void Allocates_nothing_for_an_answer_from_memory()
    {
        var entry = Entry(RequestId.Next());
        for (var count = 0; count < 1000; count++)
        {
            journal.Record(entry);
        }

        journal.Drain();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var count = 0; count < 1000; count++)
        {
            journal.Record(entry);
        }

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    private static DecisionEntry Entry(RequestId id) => new(
        DecisionFacts.Refused("web", null, new Refusal(RefusalReason.NothingGranted)), id, DateTimeOffset.UnixEpoch, AnswerSource.NearCache);
}
