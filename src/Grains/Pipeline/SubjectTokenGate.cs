using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Lets valid subject tokens and actor tokens through, and refreshes the keys of a trusted issuer at most once for each
/// of the two.
/// </summary>
internal sealed class SubjectTokenGate(IKeySetRefresher keySets, OpaqueTokens opaque, TimeProvider time)
{
    /// <summary>
    /// <c>expires_in</c> and <c>exp</c> count whole seconds, rounded down, and must stay positive: what is issued for a
    /// subject token with less life than this could be dead on arrival.
    /// </summary>
    public static readonly TimeSpan MinimumLife = TimeSpan.FromSeconds(2);

    public async ValueTask<Step<ValidatedToken>> ValidateAsync(
        ExchangeRun run, TokenExchangeRequest request, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var (step, stale) = await ValidateAsync(request.SubjectToken, request.SubjectTokenType, snapshot, cancellationToken);
        if (stale is null || run.IssuerKeysRefreshed)
        {
            return step;
        }

        run.IssuerKeysRefreshed = true;
        return await RefreshAsync(stale, cancellationToken) ? Step<ValidatedToken>.Again : step;
    }

    /// <summary>
    /// Every check of a subject token, with reasons and a text of its own. Neither a value nor a refusal when there is no
    /// actor token.
    /// </summary>
    public async ValueTask<Step<ValidatedToken>> ValidateActorAsync(
        ExchangeRun run, TokenExchangeRequest request, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (request.ActorToken is not { } token)
        {
            return default;
        }

        var (step, stale) = await ValidateAsync(token, request.ActorTokenType!, snapshot, cancellationToken);
        if (stale is not null && !run.ActorKeysRefreshed)
        {
            run.ActorKeysRefreshed = true;
            if (await RefreshAsync(stale, cancellationToken))
            {
                return Step<ValidatedToken>.Again;
            }
        }

        return step.Refusal is { } refusal
            ? new Refusal(RefusalReason.ActorTokenRefused, $"{refusal.Reason}: {refusal.Detail}")
            : step;
    }

    /// <summary>The verdict, and the issuer whose keys may be out of date.</summary>
    private async ValueTask<(Step<ValidatedToken> Step, string? Stale)> ValidateAsync(
        SensitiveText text, string tokenType, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (await opaque.ToJwtAsync(text, tokenType, snapshot.KeyRing.Secret, cancellationToken) is not { } jwt)
        {
            return (OpaqueTokens.Unknown, null);
        }

        var outcome = SubjectTokenValidator.Validate(
            jwt.Reveal(), tokenType, snapshot.Policy, snapshot.IssuerKeys, snapshot.KeyRing, time.GetUtcNow());
        if (outcome is not { Token: { } token })
        {
            return (outcome.Refusal ?? throw new InvalidOperationException("No token and no refusal."), outcome.RefreshIssuer);
        }

        if (snapshot.CheckRevoked(token) is { } revoked)
        {
            return (revoked, null);
        }

        return token.ExpiresAt - time.GetUtcNow() < MinimumLife
            ? (new Refusal(RefusalReason.SubjectTokenExpired, "The token has hardly any life left."), null)
            : (token, null);
    }

    private Task<bool> RefreshAsync(string issuer, CancellationToken cancellationToken) => DependencyFailedException.GuardAsync(
        "source of issuer keys", () => keySets.RefreshIssuerAsync(issuer, cancellationToken), cancellationToken);
}
