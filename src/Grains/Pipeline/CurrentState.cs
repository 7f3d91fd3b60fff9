using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Answers questions that are not exchanges under the same rule: decided under one state, and handed over only while that
/// is still the current one. If it has moved, they are decided again.
/// </summary>
internal sealed class CurrentState(
    IClusterState state,
    HandOvers handOvers,
    IKeySetRefresher keySets,
    ISpentOnce spentOnce,
    FailureLimit failures,
    TimeProvider time,
    ILogger<CurrentState> logger)
{
    private const int MaxAttempts = 5;

    private readonly ClientGate clients = new(keySets, spentOnce, failures, time);

    /// <param name="credentials">Null when the caller presented none.</param>
    /// <param name="decide">Decides for the authenticated client.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    public Task<Answer<T>> AnswerClientAsync<T>(
        ClientCredentials? credentials, Func<Service, ClusterSnapshot, ValueTask<Step<T>>> decide, CancellationToken cancellationToken)
        where T : class
    {
        var run = new ClientRun(credentials);
        return AnswerAsync<T>(
            async snapshot => await clients.AuthenticateAsync(run, snapshot, cancellationToken) switch
            {
                { Value: { } client } => await decide(client, snapshot),
                { Refusal: { } refusal } => refusal,
                _ => Step<T>.Again,
            },
            cancellationToken);
    }

    public async Task<Answer<T>> AnswerAsync<T>(Func<ClusterSnapshot, ValueTask<Step<T>>> decide, CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            for (var attempt = 0; attempt < MaxAttempts && state.Current is { } snapshot; attempt++)
            {
                var step = await decide(snapshot);
                var handOver = handOvers.Begin();
                if ((step.Value is not null || step.Refusal is not null) && state.IsCurrent(snapshot.Versions))
                {
                    return new Answer<T>(step.Value, step.Refusal, handOver);
                }

                handOver.Dispose();
            }

            return Unavailable<T>();
        }
        catch (DependencyFailedException exception)
        {
            logger.ErrorDependencyFailed(exception);
            return Unavailable<T>();
        }
    }

    private static Answer<T> Unavailable<T>()
        where T : class => new(null, new Refusal(RefusalReason.Unavailable), null);
}

/// <summary>
/// Either <paramref name="Value"/> or <paramref name="Refusal"/> is set. Dispose it once it is handed over, and before
/// anything is revoked on its strength: until then no revocation is acknowledged.
/// </summary>
public sealed record Answer<T>(T? Value, Refusal? Refusal, IDisposable? HandOver) : IDisposable
    where T : class
{
    public void Dispose() => HandOver?.Dispose();

    /// <summary>Hides the value.</summary>
    public override string ToString() => Refusal is { } refusal ? $"Refused({refusal.Reason})" : "Answered";
}
