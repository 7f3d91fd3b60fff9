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
/// Decides one exchange and mints its token under one state, and remembers nothing. The subject's grain does so at its turn; the silo
/// that was asked does so itself when the grain can't be had.
/// </summary>
public sealed partial class SubjectExchange(
    ITokenReferences references, IRefreshTokens refreshTokens, TimeProvider time, ILogger<SubjectExchange> logger)
{
    /// <summary>Not a refresh token, which is good for one use, nor what one was used for.</summary>
    internal static bool IsWorthKeeping(ExchangeCommand command) =>
        command.Refresh is null && command.RequestedTokenType != TokenTypeIdentifiers.RefreshToken;

    internal async ValueTask<(FreshToken? Minted, Refusal? Refusal)> DecideAsync(ExchangeCommand command, ClusterSnapshot snapshot)
    {
        foreach (var target in command.Targets)
        {
            if (snapshot.Revocations.IsBlocked(RevocationTarget.Edge(command.Client, target)))
            {
                return (null, new Refusal(RefusalReason.TargetNotAllowed, "The edge is blocked."));
            }
        }

        var now = time.GetUtcNow();
        switch (Decider.Decide(snapshot.Policy, command, now))
        {
            case Decision.Refused refused:
                return (null, refused.Refusal);
            case Decision.Granted decided:
                return await MintAsync(SharedAudience.WithoutBlocked(decided, snapshot.Revocations), command, snapshot, now);
            case var other:
                throw new InvalidOperationException($"A decision is neither granted nor refused: {other.GetType()}.");
        }
    }

    /// <summary>Whether a token in memory, or one within it, is revoked, or can't be asked about.</summary>
    internal static bool IsCovered(CachedToken token, ClusterSnapshot snapshot) =>
        token.LineageUnder(snapshot.KeyRing.Secret) is not { } lineage || IsCovered(lineage, token.Handle, token.Carried, snapshot);

    private static bool IsCovered(Lineage lineage, TokenHandle handle, ImmutableArray<CarriedToken> carried, ClusterSnapshot snapshot)
    {
        var (issuer, secret) = (snapshot.Policy.Issuer, snapshot.KeyRing.Secret);
        if (IsRevoked(lineage, handle))
        {
            return true;
        }

        foreach (var inner in carried)
        {
            if (IsRevoked(inner.Lineage, inner.Handle))
            {
                return true;
            }
        }

        return false;

        bool IsRevoked(Lineage lineage, TokenHandle handle) => snapshot.Revocations.Check(lineage, issuer, handle, secret) is not null;
    }

    private async ValueTask<(FreshToken? Minted, Refusal? Refusal)> MintAsync(
        Decision.Granted granted, ExchangeCommand command, ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var minted = Mint(granted, command, snapshot, now);
        if (minted.Token.Token.Length > TokenExchangeRequest.MaxTokenLength)
        {
            // It could be used, and neither introspected nor revoked.
            return (null, new Refusal(RefusalReason.SubjectTokenChainTooLong, "The token would be too long."));
        }

        if (IsCovered(minted.Lineage, minted.Handle, minted.Carried, snapshot))
        {
            // By a block: a cut-off never covers what comes after it.
            return (null, new Refusal(RefusalReason.SubjectTokenRevoked, "Blocked."));
        }

        return await ToReferenceAsync(granted, command, minted, snapshot) is { } token
            ? (ReferenceEquals(token, minted.Token) ? minted : minted with { Token = token }, null)
            : (null, new Refusal(RefusalReason.Unavailable, "The store did not keep the token."));
    }

    private static FreshToken Mint(
        Decision.Granted granted, ExchangeCommand command, ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var minted = new TokenEmbedder(snapshot.Policy, snapshot.Revocations, snapshot.KeyRing, ContextOf(snapshot), now).Mint(granted, command);
        return new FreshToken
        {
            Token = minted.Token,
            FreshUntil = minted.FreshUntil,
            Handle = minted.Handle,
            Lineage = minted.Lineage,
            Carried = minted.Carried,
            Issuance = Issuance.Of(granted, minted),
            Client = command.Client,
            Targets = command.Targets,
            IsKept = IsWorthKeeping(command) && granted.Format != TokenFormat.AuthorizationGrant,
        };
    }

    /// <summary>
    /// What the caller gets: the token itself, or a reference to what the cluster keeps; null when the store didn't answer.
    /// </summary>
    private async ValueTask<IssuedToken?> ToReferenceAsync(
        Decision.Granted granted, ExchangeCommand command, FreshToken minted, ClusterSnapshot snapshot)
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

    private static MintContext ContextOf(ClusterSnapshot snapshot) => new(
        snapshot.Policy.Issuer, snapshot.Policy.Revision, snapshot.Revocations.Incarnation, snapshot.Versions.Revocations);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The store did not keep an opaque token or a refresh token.")]
    private partial void WarnNotKept(Exception exception);
}
