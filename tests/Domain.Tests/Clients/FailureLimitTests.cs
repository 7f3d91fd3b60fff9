using ExchangeCluster.Domain.Clients;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Clients;

public sealed class FailureLimitTests
{
    private const int Rate = 5;
    private const int Burst = Rate * FailureLimit.BurstSeconds;

    private readonly FakeTimeProvider time = new();
    private readonly FailureLimit limit;

    public FailureLimitTests() => limit = new FailureLimit(Rate, time);

    [Fact]
    public void Fault_C14_Permits_a_burst_and_then_the_rate()
    {
        Assert.Equal(Burst, Permitted("web", attempts: 1000));

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(Rate, Permitted("web", attempts: 1000));

        time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(3 * Rate, Permitted("web", attempts: 1000));
    }

    [Fact]
    public void Permits_no_more_than_a_burst_after_any_rest()
    {
        Permitted("web", attempts: 1000);

        time.Advance(TimeSpan.FromDays(1));

        Assert.Equal(Burst, Permitted("web", attempts: 1000));
    }

    [Fact]
    public void Fault_C14_Leaves_other_clients_alone()
    {
        Permitted("web", attempts: 1000);

        // Of so many hardly any shares the row; all of them would fail if the limit were one for all.
        var others = Enumerable.Range(0, 100).Count(number => limit.TryCount($"client-{number}"));
        Assert.InRange(others, 90, 100);
    }

    [Fact]
    public void Fault_C14_Needs_no_memory_for_made_up_ids()
    {
        string[] ids = [.. Enumerable.Range(0, 1_000_000).Select(number => $"made-up-{number}")];

        var before = GC.GetAllocatedBytesForCurrentThread();
        var permitted = ids.Count(limit.TryCount);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // They share 4096 rows, each of which permits one burst. The runtime may allocate a little of its own meanwhile.
        Assert.InRange(allocated, 0, 64 * 1024);
        Assert.InRange(permitted, 1, 4096 * Burst);
    }

    [Fact]
    public async Task Counts_exactly_when_many_fail_at_once()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => Permitted("web", attempts: 1000))));

        Assert.Equal(Burst, counts.Sum());
    }

    private int Permitted(string client, int attempts) => Enumerable.Range(0, attempts).Count(_ => limit.TryCount(client));
}
