using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>What administrators do with revocations: write, list and lift them.</summary>
public sealed class RevocationAdministration
{
    private readonly CurrentState current;
    private readonly AdministratorGate administrators;
    private readonly AcknowledgedRevocations revocations;
    private readonly TimeProvider time;

    internal RevocationAdministration(
        CurrentState current, AdministratorGate administrators, AcknowledgedRevocations revocations, TimeProvider time) =>
        (this.current, this.administrators, this.revocations, this.time) = (current, administrators, revocations, time);

    /// <summary>What the access token of an administrator must grant.</summary>
    public const string Scope = AdministratorGate.Scope;

    /// <param name="bearer">The access token; null when none was presented.</param>
    /// <param name="request">What to revoke; null when that could not be read: then only the caller is judged.</param>
    /// <param name="cancellationToken">The caller went away; what has begun goes on.</param>
    public async Task<RevocationOutcome> RevokeAsync(
        SensitiveText? bearer, RevocationRequest? request, CancellationToken cancellationToken)
    {
        Order order;
        using (var answer = await AdmitAsync(
            bearer,
            (by, snapshot) =>
            {
                if (request is null)
                {
                    return new Order(by, [], [], null);
                }

                var (targets, mistake) = RevocationTargets.Find(request, snapshot, time.GetUtcNow());
                string[] ids = [.. (targets ?? []).Select(target => target.Id(request.IsBlock, snapshot.KeyRing.Secret))];
                return new Order(by, targets ?? [], ids, mistake);
            },
            cancellationToken))
        {
            if (answer.Value is null)
            {
                return RevocationOutcome.Of(answer.Refusal);
            }

            order = answer.Value;
        }

        if (request is null || order.Mistake is not null)
        {
            return RevocationOutcome.Of(order.Mistake);
        }

        var written = await revocations.RevokeAsync(order.Targets, request.IsBlock, order.By, cancellationToken);
        return new RevocationOutcome(written.Value, order.Ids, written.Refusal, null);
    }

    /// <summary>All members of the outcome are null when there is no such revocation.</summary>
    public Task<RevocationOutcome> LiftAsync(SensitiveText? bearer, string id, CancellationToken cancellationToken) =>
        WriteAsync(bearer, id, by => revocations.LiftAsync(id, by, cancellationToken), cancellationToken);

    /// <summary>Withdraws one of our own signing keys. All members of the outcome are null when there is no such key.</summary>
    public Task<RevocationOutcome> WithdrawKeyAsync(SensitiveText? bearer, string keyId, CancellationToken cancellationToken) =>
        WriteAsync(bearer, keyId, by => revocations.WithdrawKeyAsync(keyId, by, cancellationToken), cancellationToken);

    private async Task<RevocationOutcome> WriteAsync(
        SensitiveText? bearer, string id, Func<Revoker, Task<Step<RevocationReceipt>>> write, CancellationToken cancellationToken)
    {
        Revoker by;
        using (var answer = await AdmitAsync(bearer, (revoker, _) => revoker, cancellationToken))
        {
            if (answer.Value is null)
            {
                return RevocationOutcome.Of(answer.Refusal);
            }

            by = answer.Value;
        }

        var written = await write(by);
        return new RevocationOutcome(written.Value, [id], written.Refusal, null);
    }

    /// <summary>Newest first.</summary>
    /// <param name="bearer">The access token; null when none was presented.</param>
    /// <param name="before">Only revocations of earlier epochs.</param>
    /// <param name="limit">At most so many.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>To be disposed once it is handed over.</returns>
    public Task<Answer<IReadOnlyList<Revocation>>> ListAsync(
        SensitiveText? bearer, long before, int limit, CancellationToken cancellationToken) => AdmitAsync<IReadOnlyList<Revocation>>(
            bearer,
            (_, snapshot) =>
                [.. snapshot.Revocations.Entries.Where(entry => entry.Epoch < before).OrderByDescending(entry => entry.Epoch).Take(limit)],
            cancellationToken);

    private Task<Answer<T>> AdmitAsync<T>(
        SensitiveText? bearer, Func<Revoker, Replication.ClusterSnapshot, T> then, CancellationToken cancellationToken)
        where T : class => current.AnswerAsync<T>(
            async snapshot => await administrators.AdmitAsync(bearer, snapshot) switch
            {
                { Value: { } by } => new Step<T>(then(by, snapshot), null),
                { Refusal: var refusal } => new Step<T>(null, refusal),
            },
            cancellationToken);

    private sealed record Order(Revoker By, RevocationTarget[] Targets, string[] Ids, string? Mistake);
}

/// <summary>Exactly one of receipt, refusal and mistake is set, unless there was nothing to do.</summary>
/// <param name="Receipt">Why the revocation may be relied on.</param>
/// <param name="Ids">The revocations that were written or lifted.</param>
/// <param name="Refusal">The caller may not, or the service can't.</param>
/// <param name="Mistake">The member of the request that names nothing, and why.</param>
public sealed record RevocationOutcome(RevocationReceipt? Receipt, IReadOnlyList<string> Ids, Refusal? Refusal, string? Mistake)
{
    internal static RevocationOutcome Of(Refusal? refusal) => new(null, [], refusal, null);

    internal static RevocationOutcome Of(string? mistake) => new(null, [], null, mistake);
}
