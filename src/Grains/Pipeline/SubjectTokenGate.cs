using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Lets valid subject tokens through, and refreshes the keys of a trusted issuer at most once.</summary>
internal sealed class SubjectTokenGate(IKeySetRefresher keySets, OpaqueTokens opaque, TimeProvider time)
{
    /// <summary>
    /// <c>expires_in</c> and <c>exp</c> count whole seconds, rounded down, and must stay positive: what is issued for a
    /// subject token with less life than this could be dead on arrival.
    /// </summary>
    private static readonly TimeSpan MinimumLife = TimeSpan.FromSeconds(2);

    public async Task<Step<ValidatedToken>> ValidateAsync(
        ExchangeRun run, TokenExchangeRequest request, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (await opaque.ToJwtAsync(request.SubjectToken, request.SubjectTokenType, snapshot.KeyRing.Secret, cancellationToken) is not { } text)
        {
            return OpaqueTokens.Unknown;
        }

        var outcome = SubjectTokenValidator.Validate(
            text.Reveal(),
            request.SubjectTokenType,
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

        if (outcome is not { Token: { } token })
        {
            return outcome.Refusal ?? throw new InvalidOperationException("No token and no refusal.");
        }

        if (snapshot.Revocations.Check(token, snapshot.KeyRing.Secret) is { } revoked)
        {
            return revoked;
        }

        return token.ExpiresAt - time.GetUtcNow() < MinimumLife
            ? new Refusal(RefusalReason.SubjectTokenExpired, "The token has hardly any life left.")
            : token;
    }

    private Task<bool> RefreshAsync(string issuer, CancellationToken cancellationToken) => DependencyFailedException.GuardAsync(
        "source of issuer keys", () => keySets.RefreshIssuerAsync(issuer, cancellationToken), cancellationToken);
}
