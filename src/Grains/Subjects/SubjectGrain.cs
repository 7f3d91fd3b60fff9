using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// The authoritative cache of one subject's exchanged tokens. Not reentrant: its turn is the single flight. A second
/// activation may exist for a moment; it costs a mint and breaks no promise, because every answer is bound to the
/// versions of the replicated state and compared with them again before it is handed over. Everything is in memory:
/// losing it costs a mint. Refusals aren't remembered, nor are
/// authorization grants and refresh tokens, each of which is good for one use, nor what a refresh token was used for.
/// </summary>
public sealed partial class SubjectGrain(
    IClusterState state, ITokenReferences references, IRefreshTokens refreshTokens, TimeProvider time, ILogger<SubjectGrain> logger)
    : Grain, ISubjectGrain
{
    private readonly TokenCache cache = new();

    public async Task<SubjectReply> ExchangeAsync(SubjectRequest request)
    {
        if (await SnapshotAtAsync(request.Versions) is not { } snapshot)
        {
            return SubjectReply.Stale.Instance;
        }

        var command = request.Command;
        var now = time.GetUtcNow();
        var key = CacheKey.Of(command, snapshot.KeyRing.Secret);
        var isKept = command.Refresh is null && command.RequestedTokenType != TokenTypeIdentifiers.RefreshToken;
        if (isKept && cache.TryGet(key, snapshot.Versions, now, token => IsCovered(token, snapshot), out var cached))
        {
            return cached.Answer();
        }

        if (command.Targets.Any(target => snapshot.Revocations.IsBlocked(RevocationTarget.Edge(command.Client, target))))
        {
            return new SubjectReply.Refused { Refusal = new Refusal(RefusalReason.TargetNotAllowed, "The edge is blocked.") };
        }

        switch (Decider.Decide(snapshot.Policy, command, now))
        {
            case Decision.Refused refused:
                return new SubjectReply.Refused { Refusal = refused.Refusal };
            case Decision.Granted decided:
                var granted = SharedAudience.WithoutBlocked(decided, snapshot.Revocations);
                var minted = Mint(granted, command, snapshot, now);
                if (minted.Token.Token.Length > TokenExchangeRequest.MaxTokenLength)
                {
                    // It could be used, and neither introspected nor revoked.
                    return new SubjectReply.Refused { Refusal = new Refusal(RefusalReason.SubjectTokenChainTooLong, "The token would be too long.") };
                }

                if (IsCovered(minted, snapshot))
                {
                    // By a block: a cut-off never covers what comes after it.
                    return new SubjectReply.Refused { Refusal = new Refusal(RefusalReason.SubjectTokenRevoked, "Blocked.") };
                }

                if (await ToReferenceAsync(granted, command, minted, snapshot) is not { } token)
                {
                    return new SubjectReply.Refused { Refusal = new Refusal(RefusalReason.Unavailable, "The store did not keep the token.") };
                }

                var answer = minted.With(token);
                isKept &= granted.Format != TokenFormat.AuthorizationGrant;
                if (isKept)
                {
                    cache.Add(key, answer, now);
                }

                return answer.Answer(isKept);
            case var other:
                throw new InvalidOperationException($"A decision is neither granted nor refused: {other.GetType()}.");
        }
    }

    public Task<ImmutableArray<RuleUse>> GetRuleStateAsync() =>
        Task.FromResult(cache.Tokens.Select(token => token.ToRuleUse()).ToImmutableArray());

    /// <summary>This silo's state if it stands, perhaps after one catch-up, at exactly these versions.</summary>
    private async Task<ClusterSnapshot?> SnapshotAtAsync(StateVersions versions)
    {
        if (state.Current is { } current && current.Versions == versions)
        {
            return current;
        }

        try
        {
            await state.CatchUpAsync(CancellationToken.None);
        }
        catch (Exception exception)
        {
            // The caller answers 503 when it finds no silo that knows the current state.
            WarnCatchUpFailed(exception);
        }

        return state.Current is { } caughtUp && caughtUp.Versions == versions ? caughtUp : null;
    }

    private static CachedToken Mint(
        Decision.Granted granted, ExchangeCommand command, ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var minted = new TokenEmbedder(snapshot.Policy, snapshot.Revocations, snapshot.KeyRing, ContextOf(snapshot), now).Mint(granted, command);
        return new CachedToken
        {
            Token = minted.Token,
            FreshUntil = minted.FreshUntil,
            Handle = minted.Handle,
            Versions = snapshot.Versions,
            Lineage = minted.Lineage,
            Carried = minted.Carried,
            Rules = granted.Rules,
            Client = command.Client,
            Targets = command.Targets,
        };
    }

    /// <summary>
    /// What the caller gets: the token itself, or a reference to what the cluster keeps; null when the store didn't answer.
    /// </summary>
    private async Task<IssuedToken?> ToReferenceAsync(
        Decision.Granted granted, ExchangeCommand command, CachedToken minted, ClusterSnapshot snapshot)
    {
        var (token, secret) = (minted.Token, snapshot.KeyRing.Secret);
        try
        {
            if (command.RequestedTokenType == TokenTypeIdentifiers.RefreshToken)
            {
                var until = granted.RefreshUntil!.Value;
                return token.AsRefreshToken(
                    await refreshTokens.StartAsync(command, minted.Lineage, token, until, secret, CancellationToken.None), until);
            }

            return granted.Format == TokenFormat.Opaque
                ? token.Behind(await references.KeepAsync(token.Token, token.ExpiresAt, secret, CancellationToken.None))
                : token;
        }
        catch (Exception exception)
        {
            WarnNotKept(exception);
            return null;
        }
    }

    private static bool IsCovered(CachedToken cached, ClusterSnapshot snapshot)
    {
        var (issuer, secret) = (snapshot.Policy.Issuer, snapshot.KeyRing.Secret);
        return IsRevoked(cached.Lineage, cached.Handle) || cached.Carried.Any(carried => IsRevoked(carried.Lineage, carried.Handle));

        bool IsRevoked(Lineage lineage, TokenHandle handle) => snapshot.Revocations.Check(lineage, issuer, handle, secret) is not null;
    }

    private static MintContext ContextOf(ClusterSnapshot snapshot) => new(
        snapshot.Policy.Issuer, snapshot.Policy.Revision, snapshot.Revocations.Incarnation, snapshot.Versions.Revocations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "This silo could not catch up with the replicated state.")]
    private partial void WarnCatchUpFailed(Exception exception);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not keep an opaque token or a refresh token.")]
    private partial void WarnNotKept(Exception exception);
}
