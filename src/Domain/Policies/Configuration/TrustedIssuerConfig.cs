using System.ComponentModel;

namespace ExchangeCluster.Domain.Policies.Configuration;

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
