using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Lets valid subject tokens through, and refreshes the keys of a trusted issuer at most once.</summary>
internal sealed class SubjectTokenGate(IKeySetRefresher keySets, TimeProvider time)
{
    public async Task<Step<ValidatedToken>> ValidateAsync(
        ExchangeRun run, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var outcome = SubjectTokenValidator.Validate(
            run.Request.SubjectToken.Reveal(),
            run.Request.SubjectTokenType,
            snapshot.Policy,
            snapshot.IssuerKeys,
            snapshot.KeyRing,
            time.GetUtcNow());
        if (outcome.RefreshIssuer is { } stale && !run.IssuerKeysRefreshed)
        {
            run.IssuerKeysRefreshed = true;
            if (await RefreshAsync(stale, cancellationToken))
            {
                return Step<ValidatedToken>.Again;
            }
        }

        return outcome is { Token: { } token }
            ? token
            : outcome.Refusal ?? throw new InvalidOperationException("No token and no refusal.");
    }

    private Task<bool> RefreshAsync(string issuer, CancellationToken cancellationToken) => DependencyFailedException.GuardAsync(
        "source of issuer keys", () => keySets.RefreshIssuerAsync(issuer, cancellationToken), cancellationToken);
}
