using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Policies.Configuration;

[Description("A policy: whom we trust, which services exist, and who may get a token for which of them.")]
public sealed record PolicyConfig : ConfigRecord
{
    [Description("A positive whole number that grows with every change.")]
    public required ConfigNumber Revision { get; init; }

    [Description("Our issuer identifier: the public base URL, https except on loopback.")]
    public required ConfigText Issuer { get; init; }

    [Description("Longest life of any issued token, such as 15m (the default); at most 24h.")]
    public ConfigDuration? MaxLifetime { get; init; }

    [Description("The most actors in one another in act, the current one included: 1 to 16; default 8.")]
    [Range(1, ClaimReader.MaxActorDepth)]
    public ConfigNumber? MaxActorDepth { get; init; }

    [Description("Whether every DPoP proof must carry a nonce of ours; default optional.")]
    [OneOf("optional", "required")]
    public ConfigText? DpopNonce { get; init; }

    [Description("How much a token may carry for edges with share: embed.")]
    public EmbeddingConfig? Embedding { get; init; }

    [Description("Issuers whose tokens may be exchanged.")]
    public ConfigList<TrustedIssuerConfig>? TrustedIssuers { get; init; }

    [Description("Certificate authorities by name: each its root, and intermediates if any, in PEM. They count only where credentials name them.")]
    public ConfigMap<ConfigText>? CertificateAuthorities { get; init; }

    [Description("Services by name. A service's name is its client_id.")]
    public ConfigMap<ServiceConfig>? Services { get; init; }

    [Description("What must stay impossible over every chain of exchanges; the policy refuses to load otherwise.")]
    public ConfigList<NeverConfig>? Never { get; init; }
}

[Description("How much a token may carry; what finds no room is exchanged.")]
public sealed record EmbeddingConfig : ConfigRecord
{
    [Description("Levels of tokens within one another: 0 to 4; default 2.")]
    [Range(0, EmbeddingLimits.MaxDepth)]
    public ConfigNumber? Depth { get; init; }

    [Description("Length of the whole token, beyond which nothing more is embedded: 1024 to 16384; default 6144.")]
    [Range(EmbeddingLimits.LeastMaxBytes, EmbeddingLimits.GreatestMaxBytes)]
    public ConfigNumber? MaxBytes { get; init; }
}

[Description("A service: a caller and a target.")]
public sealed record ServiceConfig : ConfigRecord
{
    [Description("The trust domain it belongs to.")]
    public required ConfigText Domain { get; init; }

    [Description("The aud of tokens for it: an absolute URI without fragment.")]
    public required ConfigText Audience { get; init; }

    [Description("Further absolute URIs without fragment that stand for it in resource; tokens have its audience all the same.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Resources { get; init; }

    [Description("How it proves that it is itself when it calls.")]
    public CredentialsConfig? Credentials { get; init; }

    [Description("The scopes that exist at it; also the most it may pass on.")]
    public ConfigList<ConfigText>? Scopes { get; init; }

    [Description("The types of authorization details (RFC 9396) that exist at it; also the most it may pass on.")]
    [OneOrMany]
    public ConfigList<ConfigText>? AuthorizationDetailsTypes { get; init; }

    [Description("Who may get a token for it; written by its owner.")]
    public ConfigList<AcceptConfig>? Accepts { get; init; }

    [Description("Grants it may use; default all, under the rules that accept it. An empty list: none.")]
    [OneOf(GrantNames.TokenExchange, GrantNames.ClientCredentials, GrantNames.JwtBearer)]
    public ConfigList<ConfigText>? Grants { get; init; }

    [Description("Whether the caller must prove a key by DPoP, so that every token for it is bound; default optional.")]
    [OneOf("optional", "required")]
    public ConfigText? Dpop { get; init; }

    [Description("Whether every token for it is bound to the TLS client certificate of whoever asks (RFC 8705); default none.")]
    [OneOf("none", "required")]
    public ConfigText? CertificateBinding { get; init; }

    [Description("What is issued for it; default jwt, an access token that anyone can read. opaque: one that says nothing and must be introspected. authorization-grant: it is another authorization server, its audience that one's issuer identifier, and it gets JWT authorization grants (RFC 7523) only.")]
    [OneOf(TokenFormatNames.Jwt, TokenFormatNames.Opaque, TokenFormatNames.AuthorizationGrant)]
    public ConfigText? TokenFormat { get; init; }

    [Description("JWS algorithm of tokens for it; default ES256.")]
    [OneOf("ES256", "RS256")]
    public ConfigText? SigningAlgorithm { get; init; }
}

[Description("Something that no chain of exchanges may reach: a token that meets all of this. At least one member; what is left out may be anything.")]
public sealed record NeverConfig : ConfigRecord
{
    [Description("The service that must never have such a token in hand: as its target, as the caller that asked for it, handed on, or within another token.")]
    public ConfigText? Service { get; init; }

    [Description("The trust domain of whose services none must.")]
    public ConfigText? Domain { get; init; }

    [Description("A scope that the token holds.")]
    public ConfigText? Scope { get; init; }

    [Description("A claim that the token has.")]
    public ConfigText? Claim { get; init; }

    [Description("The issuer that the chain began with.")]
    public ConfigText? Issuer { get; init; }

    internal Never ToTheorem() => new(Service?.Value, Domain?.Value, Scope?.Value, Claim?.Value, Issuer?.Value);
}
