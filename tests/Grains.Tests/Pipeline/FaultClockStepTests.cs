using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Tests.Hosting;
using System.Buffers;
using System.Text;
using ExchangeCluster.Domain.Exchange;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

/// <summary>Group F of the fault catalogue: the wall clock is set while requests are answered.</summary>
public sealed class FaultClockStepTests : IAsyncLifetime
{
    /// <summary>Of one token; what it was exchanged for lives no longer.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan[] Steps =
    [
        TimeSpan.FromSeconds(61), -TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(119.5), -TimeSpan.FromMinutes(2), TimeSpan.FromHours(1), -TimeSpan.FromHours(1),
    ];

    // Of its own: Orleans would remember the latest time that it has seen, and fail to activate grains for the tests that follow.
    private readonly ExchangeTestCluster cluster = new();
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<ExchangeMetrics>().BuildServiceProvider();
    private NearCache near = null!;
    private int issued;

    public async ValueTask InitializeAsync()
    {
        await cluster.InitializeAsync();
        var metrics = services.GetRequiredService<ExchangeMetrics>();
        near = new NearCache(cluster.States[0], new(), cluster.Clock, metrics, new DecisionJournal([], metrics));
    }

    public async ValueTask DisposeAsync()
    {
        near.Dispose();
        await cluster.DisposeAsync();
        await services.DisposeAsync();
    }

    [Fact]
    public async Task Fault_F17_Never_says_that_a_token_has_no_life_left_while_the_clock_is_set_to_and_fro()
    {
        var start = cluster.Clock.Now;
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() => AskAsync(reader, over.Token), over.Token)).ToArray();
        for (var step = 0; step < 300; step++)
        {
            // After at least one more answer under this time.
            var before = Volatile.Read(ref issued);
            cluster.Clock.Now = start + Steps[step % Steps.Length];
            await AnswersAfterAsync(before);
        }

        await over.CancelAsync();
        await Task.WhenAll(readers);

        async Task AnswersAfterAsync(int before)
        {
            while (Volatile.Read(ref issued) == before && !readers.Any(reader => reader.IsFaulted))
            {
                await Task.Yield();
            }
        }
    }

    private async Task AskAsync(int reader, CancellationToken over)
    {
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            // Issued a little ahead and a little behind, by the same jumping clock; some tokens are asked for again.
            var token = cluster.SubjectToken($"f17-{reader}-{number / 3}", lifetime: Lifetime);
            var key = near.KeyOf(null, new ReadOnlySequence<byte>(Encoding.UTF8.GetBytes(token)));
            for (var use = 0; use < 3; use++)
            {
                if (near.TryAnswer(key, out var again))
                {
                    CheckLife(again.SecondsLeft);
                    again.Dispose();
                    continue;
                }

                using var outcome = await cluster.ExchangeAsync(token, silo: use % 2);
                near.Keep(key, outcome, _ => new NearBody([], 0));
                Check(outcome);
            }
        }
    }

    private void CheckLife(long seconds)
    {
        Assert.InRange(seconds, 1, (long)(TimeSpan.FromHours(2) + Lifetime).TotalSeconds);
        Interlocked.Increment(ref issued);
    }

    private void Check(ExchangeOutcome outcome)
    {
        if (outcome.Response is { } response)
        {
            CheckLife(response.ExpiresInSeconds);
            return;
        }

        // It had expired, or was not yet valid, by the time of the answer.
        Assert.Contains(outcome.Refusal!.Reason, new[]
        {
            RefusalReason.SubjectTokenExpired, RefusalReason.SubjectTokenNotYetValid, RefusalReason.Unavailable,
        });
    }
}
