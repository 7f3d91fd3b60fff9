using System.Collections.Frozen;

namespace ExchangeCluster.Domain.Minting;

/// <summary>Claims that only the token service writes; no claim mapping may set them.</summary>
public static class ReservedClaims
{
    public static readonly FrozenSet<string> Names = FrozenSet.Create(
        StringComparer.Ordinal,
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", "act", "may_act", "cnf", "sid", Lineage.ClaimName);
}
