using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Administration;

/// <summary>Answers administrators, and nobody else, under the state of now.</summary>
public sealed class Management
{
    private readonly CurrentState current;
    private readonly AdministratorGate administrators;

    internal Management(CurrentState current, AdministratorGate administrators) => (this.current, this.administrators) = (current, administrators);

    /// <param name="bearer">The access token; null when none was presented.</param>
    /// <param name="then">Answers an administrator; may be asked again under newer state.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>To be disposed once it is handed over, and before anything is written on its strength.</returns>
    public Task<Answer<T>> AnswerAsync<T>(SensitiveText? bearer, Func<ClusterSnapshot, ValueTask<T>> then, CancellationToken cancellationToken)
        where T : class => AnswerStepAsync(bearer, async snapshot => new Step<T>(await then(snapshot), null), cancellationToken);

    /// <summary>Null, or why the caller may not: for what an administrator writes.</summary>
    public async Task<Refusal?> AdmitAsync(SensitiveText? bearer, CancellationToken cancellationToken)
    {
        using var answer = await AnswerAsync(bearer, snapshot => ValueTask.FromResult(snapshot), cancellationToken);
        return answer.Refusal;
    }

    internal Task<Answer<T>> AnswerStepAsync<T>(
        SensitiveText? bearer, Func<ClusterSnapshot, ValueTask<Step<T>>> then, CancellationToken cancellationToken)
        where T : class => current.AnswerAsync(
            async snapshot => await administrators.AdmitAsync(bearer, snapshot) switch
            {
                { Value: not null } => await then(snapshot),
                { Refusal: var refusal } => new Step<T>(null, refusal),
            },
            cancellationToken);
}
