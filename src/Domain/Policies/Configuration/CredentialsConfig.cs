using System.ComponentModel;

namespace ExchangeCluster.Domain.Policies.Configuration;

[Description("How a service proves that it is itself.")]
public sealed record CredentialsConfig : ConfigRecord
{
    [Description("Hashes of its client secrets, hmac-sha256:<salt>:<hash>; two while one is being replaced.")]
    [OneOrMany]
    public ConfigList<ConfigText>? Secrets { get; init; }

    [Description("Where its JWK Set for private_key_jwt is.")]
    public ConfigText? JwksUri { get; init; }

    [Description("A file with its JWK Set, relative to the policy file.")]
    public ConfigText? JwksFile { get; init; }

    [Description("Its JWK Set itself.")]
    public ConfigAny? Jwks { get; init; }

    [Description("Its TLS client certificate (RFC 8705): registered, one that its JWK Set holds as x5c; or a mapping that says which.")]
    [OneOf("registered")]
    [OrMapping(typeof(CertificateConfig))]
    public ConfigAny? Certificate { get; init; }
}

[Description("Which TLS client certificate a service has: by thumbprints, or by the authority that issues it and exactly one name.")]
public sealed record CertificateConfig : ConfigRecord
{
    [Description("The certificate authority that issues it, by its name in certificate_authorities.")]
    public ConfigText? IssuedBy { get; init; }

    [Description("Its whole subject, such as CN=orders, O=Shop; special characters in double quotes.")]
    public ConfigText? SubjectDn { get; init; }

    [Description("A DNS name among its subject alternative names.")]
    public ConfigText? SanDns { get; init; }

    [Description("A URI among its subject alternative names, such as a SPIFFE ID.")]
    public ConfigText? SanUri { get; init; }

    [Description("An IP address among its subject alternative names.")]
    public ConfigText? SanIp { get; init; }

    [Description("An e-mail address among its subject alternative names.")]
    public ConfigText? SanEmail { get; init; }

    [Description("SHA-256 of the certificate itself in base64url, or a list: one that is self-signed, or pinned.")]
    [OneOrMany]
    [NotEmpty]
    public ConfigList<ConfigText>? Thumbprints { get; init; }
}
