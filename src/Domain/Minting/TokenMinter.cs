using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Domain.Minting;

/// <summary>Turns a granted decision into a signed JWT access token (RFC 9068).</summary>
public static class TokenMinter
{
    public static IssuedToken Mint(
        Decision.Granted decision, ExchangeCommand command, KeyRing keyRing, MintContext context, DateTimeOffset now) =>
        throw new NotImplementedException();
}

/// <summary>What a token records of the state it was minted under.</summary>
public sealed record MintContext(string Issuer, long PolicyRevision, Guid RevocationIncarnation, long RevocationEpoch);
