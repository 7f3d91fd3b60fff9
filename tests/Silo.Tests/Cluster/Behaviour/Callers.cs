using System.Collections.Concurrent;
using System.Globalization;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster.Behaviour;

/// <summary>Callers that ask any silo, and once more another one when they get no answer.</summary>
internal sealed class Callers(TestCluster cluster)
{
    private const int AtOnce = 4;

    private readonly ConcurrentQueue<(int Silo, long At)> failures = new();
    private int asked;
    private int answered;
    private int wrong;

    public int Answered => answered;

    /// <summary>Neither a token nor unavailable.</summary>
    public int WrongAnswers => wrong;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public Task RunAsync(TimeSpan length) => Task.WhenAll(Enumerable.Range(0, AtOnce).Select(caller => Task.Run(() => CallAsync(caller, length), Cancelled)));

    public string Summary(long killedAt)
    {
        var atSurvivors = failures.Where(failure => failure.Silo != 2).Select(failure => TimeProvider.System.GetElapsedTime(killedAt, failure.At)).ToList();
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{asked} asked, {100.0 * answered / asked:0.000} % answered with at most one more try; the silos that were left failed {atSurvivors.Count} times, last {(atSurvivors.Count == 0 ? 0 : atSurvivors.Max().TotalMilliseconds):0} ms after the kill; {wrong} wrong answers.");
    }

    private async Task CallAsync(int caller, TimeSpan length)
    {
        var logins = Enumerable.Range(0, 20).Select(number => cluster.Login($"caller-{caller}-{number}")).ToArray();
        var started = TimeProvider.System.GetTimestamp();
        for (var number = 0; TimeProvider.System.GetElapsedTime(started) < length; number++)
        {
            var login = logins[number % logins.Length];
            Interlocked.Increment(ref asked);
            if (await TryAsync(number % 3, login) || await TryAsync((number + 1) % 3, login))
            {
                Interlocked.Increment(ref answered);
            }
        }
    }

    private async Task<bool> TryAsync(int silo, string login)
    {
        var reply = await TestCluster.ExchangeAsync(cluster.Silos[silo], login);
        if (reply.IsUnavailable)
        {
            failures.Enqueue((silo, TimeProvider.System.GetTimestamp()));
        }
        else if (!reply.IsIssued)
        {
            Interlocked.Increment(ref wrong);
        }

        return !reply.IsUnavailable;
    }
}
