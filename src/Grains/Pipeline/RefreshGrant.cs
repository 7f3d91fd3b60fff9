using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Refresh tokens (RFC 6749 section 6): the same exchange, decided again under the rules and revocations of now. Each is
/// good for one use; a second one says that it was stolen, and ends the family (RFC 9700 section 4.14.2).
/// </summary>
internal sealed class RefreshGrant(IRefreshTokens refreshTokens, IRevocationPublisher revocations, IClusterState state)
{
    public async ValueTask<Step<ExchangeCommand>> ToCommandAsync(
        ExchangeRun run, TokenRequest.Refresh request, Service client, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        run.Found = await DependencyFailedException.GuardAsync(
            "store", () => refreshTokens.FindAsync(request.RefreshToken, snapshot.KeyRing.Secret, cancellationToken), cancellationToken);
        if (run.Found is not { } found || found.Command.Client != client.Name)
        {
            return Refuse("It is none of ours, of another client, or its time is over.");
        }

        if (snapshot.CheckRevoked(found) is { } revoked)
        {
            return Refuse(revoked.Detail);
        }

        if (!found.IsCurrent)
        {
            return await EndFamilyAsync(found);
        }

        // RFC 9449 section 5: what was bound stays bound, and to the same key.
        if (found.Command.Confirmation is { } bound && bound != run.Confirmation)
        {
            return run.Confirmation is null ? new Refusal(RefusalReason.DpopProofMissing) : Refuse("It is bound to another key.");
        }

        var targets = TargetResolver.Resolve(request.Audiences, request.Resources, snapshot.Policy);
        if (targets.Value is null || !targets.Value.All(found.Command.Targets.Contains))
        {
            return targets.Refusal ?? new Refusal(RefusalReason.UnknownTarget);
        }

        return found.Command with
        {
            Confirmation = run.Confirmation,

            // Not the one that was shown then: the client is known to be the same, its certificate may be a newer one.
            CertificateThumbprint = run.CertificateThumbprint,
            Targets = targets.Value.Count == 0 ? found.Command.Targets : [.. targets.Value],
            RequestedScope = request.Scope,
            RequestedDetails = request.AuthorizationDetails,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        };
    }

    /// <summary>
    /// The outcome with the next refresh token, once this one is spent. Call it last of all, within the hand-over: what is
    /// spent is answered, and whoever ends the family because of a second use waits until that answer is handed over.
    /// </summary>
    /// <exception cref="DependencyFailedException">The store did not answer: the token may be spent or not.</exception>
    public async ValueTask<ExchangeOutcome> SpendAsync(
        FoundRefreshToken found, ExchangeOutcome outcome, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        try
        {
            var next = await DependencyFailedException.GuardAsync(
                "store", () => refreshTokens.TryReplaceAsync(found, snapshot.KeyRing.Secret, cancellationToken), cancellationToken);
            if (next is null)
            {
                outcome.Dispose();
                return new ExchangeOutcome(null, (await EndFamilyAsync(found)).Refusal, snapshot.Versions);
            }

            // The store may have taken its time: others believe that we answer nothing once our lease is over.
            if (state.Current is not null)
            {
                return outcome with { Response = outcome.Response! with { RefreshToken = next.Text } };
            }

            outcome.Dispose();
            return new ExchangeOutcome(null, new Refusal(RefusalReason.Unavailable, "The lease ran out."));
        }
        catch
        {
            outcome.Dispose();
            throw;
        }
    }

    /// <summary>Returns once nothing of the family is alive anywhere. The caller may have gone; the thief has not.</summary>
    private async ValueTask<Step<ExchangeCommand>> EndFamilyAsync(FoundRefreshToken found)
    {
        await DependencyFailedException.GuardAsync(
            "store",
            () => revocations.RevokeAsync(
                [RevocationTarget.Token(found.Family.Handle)], isBlock: false, new Revoker(found.Command.Client, null), CancellationToken.None),
            CancellationToken.None);
        return new Refusal(RefusalReason.RefreshTokenReused, "It was used before: its family is revoked.");
    }

    private static Refusal Refuse(string? detail) => new(RefusalReason.RefreshTokenRefused, detail);
}
