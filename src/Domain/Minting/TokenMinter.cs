using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Domain.Minting;

/// <summary>Turns a granted decision into a signed JWT: an access token (RFC 9068) or an authorization grant (RFC 7523).</summary>
public static class TokenMinter
{
    /// <exception cref="InvalidOperationException">
    /// The decision can't be true: it has expired, names no audience, sets a reserved claim or one claim twice, leaves the
    /// pseudonym's target open, or its chain is too long. A defect of the service, never of a request.
    /// </exception>
    public static IssuedToken Mint(
        Decision.Granted decision, ExchangeCommand command, KeyRing keyRing, MintContext context, DateTimeOffset now) =>
        new TokenDraft(decision, command, keyRing, context, now).ToIssued([]);

    /// <summary>The chain that a token minted for this decision will remember.</summary>
    public static Lineage LineageOf(Decision.Granted decision, ExchangeCommand command, MintContext context)
    {
        var descent = Descent.Of(command);
        return new Lineage
        {
            Root = command.Subject.Root,
            Actors = descent.Actors,
            Ancestors = descent.Ancestors,
            Hops = descent.Hops,
            Elevations = decision.Elevations,
            Reuses = decision.Reuses.IsEmpty ? [] : [.. decision.Reuses.Select(edge => new Hop(edge.Client, edge.Target))],
            RefreshUntil = decision.RefreshUntil,
            PolicyRevision = context.PolicyRevision,
            RevocationIncarnation = context.RevocationIncarnation,
            RevocationEpoch = context.RevocationEpoch,
        };
    }
}

/// <summary>What a token records of the state it was minted under.</summary>
public sealed record MintContext(string Issuer, long PolicyRevision, Guid RevocationIncarnation, long RevocationEpoch);
