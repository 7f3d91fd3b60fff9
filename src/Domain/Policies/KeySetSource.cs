namespace ExchangeCluster.Domain.Policies;

/// <summary>Exactly one of the members is set.</summary>
/// <param name="DiscoveryIssuer">Keys by OpenID Connect discovery at this issuer.</param>
/// <param name="JwksUri">Keys at this URI.</param>
/// <param name="File">Keys in this file, absolute or relative to the policy file.</param>
/// <param name="Inline">The JWK Set itself.</param>
public sealed record KeySetSource(string? DiscoveryIssuer = null, Uri? JwksUri = null, string? File = null, string? Inline = null);
