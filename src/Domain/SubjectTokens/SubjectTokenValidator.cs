using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Strict checks of a presented token, on top of the signature check of Microsoft.IdentityModel.</summary>
public static class SubjectTokenValidator
{
    /// <summary>Longest tolerated difference between our clock and an issuer's.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    public static SubjectTokenOutcome Validate(
        string token,
        string tokenType,
        PolicySnapshot policy,
        IReadOnlyDictionary<string, KeySet> issuerKeys,
        KeyRing keyRing,
        DateTimeOffset now) => throw new NotImplementedException();
}

/// <summary>
/// Either <paramref name="Token"/> or <paramref name="Refusal"/> is set. <paramref name="RefreshIssuer"/> names the
/// trusted issuer whose keys may be out of date; fetching them once and trying again may help.
/// </summary>
public sealed record SubjectTokenOutcome(ValidatedToken? Token, Refusal? Refusal, string? RefreshIssuer = null);
