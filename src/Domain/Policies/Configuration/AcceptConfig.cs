using System.ComponentModel;

namespace ExchangeCluster.Domain.Policies.Configuration;

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
