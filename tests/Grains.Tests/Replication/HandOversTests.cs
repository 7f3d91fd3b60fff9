using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class HandOversTests
{
    private readonly HandOvers handOvers = new();

    [Fact]
    public async Task Waits_for_nothing_when_nothing_is_handed_over()
    {
        handOvers.Begin().Dispose();

        await handOvers.DrainAsync();
    }

    [Fact]
    public async Task Waits_for_what_began_before_and_not_for_what_begins_after()
    {
        var before = handOvers.Begin();
        var drained = handOvers.DrainAsync();
        using var after = handOvers.Begin();

        Assert.False(drained.IsCompleted);
        before.Dispose();

        await drained;
    }

    [Fact]
    public async Task A_second_drain_waits_for_what_the_first_still_waits_for()
    {
        var before = handOvers.Begin();
        var first = handOvers.DrainAsync();
        var second = handOvers.DrainAsync();

        Assert.False(second.IsCompleted);
        before.Dispose();

        await Task.WhenAll(first, second);
    }

    [Fact]
    public void Ends_once_however_often_it_is_disposed()
    {
        var (one, _) = (handOvers.Begin(), handOvers.Begin());
        var drained = handOvers.DrainAsync();

        one.Dispose();
        one.Dispose();

        Assert.False(drained.IsCompleted);
    }

    [Fact]
    public async Task Fault_R6_Never_lets_an_answer_out_after_the_acknowledgement_that_was_checked_before()
    {
        var (state, acknowledged, violations) = (0L, 0L, 0);
        using var stop = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(_ => Task.Run(
            () =>
            {
                while (!stop.IsCancellationRequested)
                {
                    var decided = Volatile.Read(ref state);
                    using var handOver = handOvers.Begin();
                    if (Volatile.Read(ref state) == decided)
                    {
                        // An answer takes a while to write.
                        Thread.SpinWait(200);
                        if (Volatile.Read(ref acknowledged) > decided)
                        {
                            Interlocked.Increment(ref violations);
                        }
                    }
                }
            },
            TestContext.Current.CancellationToken)).ToArray();

        for (var epoch = 1L; epoch <= 300; epoch++)
        {
            Volatile.Write(ref state, epoch);
            await handOvers.DrainAsync();
            Volatile.Write(ref acknowledged, epoch);
        }

        await stop.CancelAsync();
        await Task.WhenAll(readers);
        Assert.Equal(0, violations);
    }
}
