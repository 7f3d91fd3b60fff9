namespace ExchangeCluster.Client;

/// <summary>
/// A target that trusts another domain's token service: the own one gives an authorization grant for that service, which gives the
/// token (RFC 7523, draft-ietf-oauth-identity-chaining).
/// </summary>
public sealed class OtherDomain
{
    /// <summary>The name by which the own policy knows the other token service: the target of the exchange.</summary>
    public string? AuthorizationServer { get; set; }

    /// <summary>The other token service's issuer identifier: https, or http on loopback.</summary>
    public Uri? Issuer { get; set; }

    /// <summary>Its token endpoint. Null: <see cref="Issuer"/> with <c>/oauth/token</c>.</summary>
    public Uri? TokenEndpoint { get; set; }

    /// <summary>The <c>client_id</c> of this service there.</summary>
    public string? ClientId { get; set; }

    /// <summary>A client secret; or <see cref="ClientKey"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>A private JWK with <c>alg</c>, for <c>private_key_jwt</c>; or <see cref="ClientSecret"/>.</summary>
    public string? ClientKey { get; set; }

    /// <summary>The target's name there, sent as <c>audience</c>. Null: none is sent.</summary>
    public string? Audience { get; set; }
}
