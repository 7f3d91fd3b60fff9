using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Grains.Tests.Hosting;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects;

/// <summary>Group X of the fault catalogue: everybody asks for one subject, whose grain does one thing at a time.</summary>
public sealed class FaultHotSubjectTests : IAsyncLifetime
{
    private const int Requests = 100;
    private const int Others = 40;

    private readonly HeldGrain held = new();
    private readonly ExchangeTestCluster cluster;

    public FaultHotSubjectTests() => cluster = new(silo => silo.AddIncomingGrainCallFilter(held));

    public ValueTask InitializeAsync() => cluster.InitializeAsync();

    public ValueTask DisposeAsync()
    {
        held.Release();
        return cluster.DisposeAsync();
    }

    [Fact]
    public async Task Fault_X2_Answers_distinct_requests_for_a_hot_subject_and_meanwhile_those_for_others_and_leaves_no_queue_behind()
    {
        var hot = Enumerable.Range(0, Requests).Select(AskHotAsync).ToArray();
        await held.Entered;

        // The grain is stuck: none of what waits for it holds up anybody else.
        var others = await Task.WhenAll(Enumerable.Range(0, Others).Select(i => cluster.ExchangeAsync(cluster.SubjectToken($"cool-{i}"), silo: i % 2)));
        Assert.All(others, outcome => Assert.NotNull(outcome.Response));

        // Each silo waits for the grain as long as for any, and decides by itself.
        var outcomes = await Task.WhenAll(hot);
        Assert.Equal(Requests, outcomes.Select(outcome => outcome.Token()).Distinct().Count());
        Assert.Equal(1, held.Turns);

        // What nobody waits for any more is not worked off: the next request is the next turn.
        held.Release();
        Assert.NotNull((await AskHotAsync(Requests)).Response);
        Assert.Equal(2, held.Turns);
    }

    /// <summary>Each lifetime is another question.</summary>
    private Task<ExchangeOutcome> AskHotAsync(int number) =>
        cluster.ExchangeAsync(cluster.SubjectToken("hot", lifetime: TimeSpan.FromSeconds(60 + number)), silo: number % 2);

    /// <summary>Stops the first grain of a subject that is asked, in the middle of a turn.</summary>
    private sealed class HeldGrain : IIncomingGrainCallFilter
    {
        private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Lock choosing = new();
        private GrainId? chosen;
        private int turns;

        public Task Entered => entered.Task;

        /// <summary>How many turns it has begun.</summary>
        public int Turns => Volatile.Read(ref turns);

        public void Release() => released.TrySetResult();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            if (context.Grain is SubjectGrain && IsChosen(context.TargetId))
            {
                Interlocked.Increment(ref turns);
                entered.TrySetResult();
                await released.Task;
            }

            await context.Invoke();
        }

        private bool IsChosen(GrainId grain)
        {
            lock (choosing)
            {
                return (chosen ??= grain) == grain;
            }
        }
    }
}
