using System.ComponentModel;
using ExchangeCluster.Domain.Policies.Analysis;

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
    public ConfigNumber? Depth { get; init; }

    [Description("Length of the whole token, beyond which nothing more is embedded: 1024 to 16384; default 6144.")]
    public ConfigNumber? MaxBytes { get; init; }
}

[Description("An issuer whose tokens may be exchanged. Its keys come by OpenID Connect discovery unless a source is named.")]
public sealed record TrustedIssuerConfig : ConfigRecord
{
    [Description("Its iss, compared exactly.")]
    public required ConfigText Issuer { get; init; }

    [Description("Where its JWK Set is.")]
    public ConfigText? JwksUri { get; init; }

    [Description("A file with its JWK Set, relative to the policy file.")]
    public ConfigText? JwksFile { get; init; }

    [Description("Its JWK Set itself.")]
    public ConfigAny? Jwks { get; init; }

    [Description("Its certificates or public keys themselves, as PEM. The keys alone count, not names or dates.")]
    public ConfigText? Certificates { get; init; }

    [Description("A file with them, relative to the policy file.")]
    public ConfigText? CertificatesFile { get; init; }

    [Description("JWS algorithms it may use; default ES256 and RS256. For signatures of XML RS256, RS384 and RS512 mean the same hash and padding.")]
    [OneOf("ES256", "ES384", "ES512", "RS256", "RS384", "RS512", "PS256", "PS384", "PS512")]
    [NotEmpty]
    public ConfigList<ConfigText>? Algorithms { get; init; }

    [Description("A token of it must have one of these in aud.")]
    [OneOrMany]
    [NotEmpty]
    public required ConfigList<ConfigText> Audiences { get; init; }

    [Description("Longest accepted life of its tokens, exp minus iat.")]
    public required ConfigDuration MaxLifetime { get; init; }

    [Description("Values of the typ header that an access token of it may have; default at+jwt.")]
    [OneOf("at+jwt", "JWT")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Types { get; init; }

    [Description("Longest accepted life of its JWT authorization grants (RFC 7523), at most 1h. Without it, it may issue none.")]
    public ConfigDuration? GrantLifetime { get; init; }

    [Description("Lets it issue SAML 2.0 assertions; its issuer is then its entity ID, and the source of its keys must be named. Without it, it may issue none.")]
    public SamlConfig? Saml { get; init; }

    [Description("Put before its subjects in issued tokens. Only one trusted issuer may go without.")]
    public ConfigText? SubjectPrefix { get; init; }
}

[Description("How the SAML 2.0 assertions of an issuer are read.")]
public sealed record SamlConfig : ConfigRecord
{
    [Description("The format that every NameID must have; default persistent.")]
    [OneOf("persistent", "emailAddress", "unspecified")]
    public ConfigText? NameIdFormat { get; init; }

    [Description("URLs that a bearer confirmation may name as Recipient, besides our token endpoint.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Recipients { get; init; }

    [Description("Scopes that an assertion counts as holding; default none.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Scopes { get; init; }

    [Description("claim: name of the attribute that it is made of. Other attributes are ignored.")]
    public ConfigMap<ConfigText>? Attributes { get; init; }
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

[Description("One rule: exactly one must match a request, or it is refused.")]
public sealed record AcceptConfig : ConfigRecord
{
    [Description("The calling service, or a list of them.")]
    [OneOrMany]
    [NotEmpty]
    public required ConfigList<ConfigText> From { get; init; }

    [Description("Grants that the rule is for; default token-exchange. client-credentials stands alone: the caller's own token, not a subject's.")]
    [OneOf(GrantNames.TokenExchange, GrantNames.ClientCredentials, GrantNames.JwtBearer)]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Grants { get; init; }

    [Description("Conditions; all must hold.")]
    public WhenConfig? When { get; init; }

    [Description("Scopes that pass where the subject token holds them.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Scopes { get; init; }

    [Description("granted scope: scope whose holder may get it. The only way up.")]
    public ConfigMap<ConfigText>? Elevate { get; init; }

    [Description("Authorization details (RFC 9396) that pass where the subject token holds them: one entry for each type.")]
    [OneOrMany]
    public ConfigList<DetailConfig>? AuthorizationDetails { get; init; }

    [Description("Services whose elevated scopes may satisfy this rule's when and elevate.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Through { get; init; }

    [Description("Claims of the output: pass, { set: value } or { from: other-claim }; sub: pass or pairwise. A list means pass.")]
    public ConfigAny? Claims { get; init; }

    [Description("Life of the token, at most the policy's maximum and never beyond the subject token.")]
    public ConfigDuration? Lifetime { get; init; }

    [Description("Lets the caller ask for a refresh token, by which the same exchange is decided again after the subject token has expired. Default: no refresh token.")]
    public RefreshConfig? Refresh { get; init; }

    [Description("Whether a subject token bound to another key or certificate may be exchanged for one bound to the caller's own; default forbidden.")]
    [OneOf("forbidden", "allowed")]
    public ConfigText? Rebind { get; init; }

    [Description("How the caller comes to the token; default exchange. reuse: it hands on what it received, within one domain and where the target may see all of it. embed: what it receives carries the token.")]
    [OneOf("exchange", "embed", "reuse")]
    public ConfigText? Share { get; init; }
}

[Description("What passes of one type of authorization details. A list that is not named here passes whole.")]
public sealed record DetailConfig : ConfigRecord
{
    [Description("The type, one of the service's authorization_details_types.")]
    public required ConfigText Type { get; init; }

    [Description("Actions that pass; a detail without actions doesn't.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Actions { get; init; }

    [Description("Datatypes that pass; a detail without datatypes doesn't.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Datatypes { get; init; }

    [Description("Locations that pass; a detail without locations doesn't.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Locations { get; init; }

    [Description("Privileges that pass; a detail without privileges doesn't.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Privileges { get; init; }
}

[Description("A refresh token for what a rule grants.")]
public sealed record RefreshConfig : ConfigRecord
{
    [Description("How long after the exchange it may be used, at most 366d. It names an elevation in time: what is issued may outlive the subject token until then.")]
    public required ConfigDuration Lifetime { get; init; }
}

[Description("Conditions of a rule; all must hold.")]
public sealed record WhenConfig : ConfigRecord
{
    [Description("Scopes the subject token must hold.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Scopes { get; init; }

    [Description("claim: value, [one, of, these], { equals: value }, { in: [...] } or { present: true }.")]
    public ConfigMap<ConfigAny>? Claims { get; init; }

    [Description("The issuer the chain began with, or a list of them. Our own issuer means a client's own token and must be named.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Issuer { get; init; }

    [Description("Types of subject token; default access_token and jwt. An ID token counts as one with the scope openid, a SAML 2.0 assertion as one with the scopes that its issuer's entry says.")]
    [OneOf(SubjectTypeNames.AccessToken, SubjectTypeNames.Jwt, SubjectTypeNames.IdToken, SubjectTypeNames.Saml2)]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? SubjectType { get; init; }

    [Description("The acr that the subject token must have, or a list, the preferred first; else the caller is asked to step up.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Acr { get; init; }

    [Description("Longest time since the subject token's auth_time; else the caller is asked to step up. What is issued lives no longer.")]
    public ConfigDuration? MaxAge { get; init; }

    [Description("Whether an actor token must, may or must not come with the subject token, or a mapping that says who may act; default forbidden.")]
    [OneOf("forbidden", "allowed", "required")]
    [OrMapping(typeof(ActorConfig))]
    public ConfigAny? Actor { get; init; }
}

[Description("Who may act, for any subject that the rule accepts: our services, or subjects of a trusted issuer.")]
public sealed record ActorConfig : ConfigRecord
{
    [Description("Whether an actor token must or may come with the subject token; default required.")]
    [OneOf("allowed", "required")]
    public ConfigText? Presence { get; init; }

    [Description("Services that may act, by a token in their own name.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Services { get; init; }

    [Description("Trusted issuers whose subjects may act.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Issuer { get; init; }

    [Description("Only these subjects of the issuer.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Subjects { get; init; }

    [Description("What the actor tokens of the issuer must claim; written as in when.")]
    public ConfigMap<ConfigAny>? Claims { get; init; }

    [Description("Types of actor token; default access_token and jwt.")]
    [OneOf(SubjectTypeNames.AccessToken, SubjectTypeNames.Jwt, SubjectTypeNames.IdToken, SubjectTypeNames.Saml2)]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Type { get; init; }
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
