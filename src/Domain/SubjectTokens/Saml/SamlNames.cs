namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>Names of SAML 2.0 (saml-core-2.0-os) and of XML signatures (xmldsig-core).</summary>
internal static class SamlNames
{
    public const string Assertion = "urn:oasis:names:tc:SAML:2.0:assertion";
    public const string Signature = "http://www.w3.org/2000/09/xmldsig#";
    public const string ExclusiveCanonicalization = "http://www.w3.org/2001/10/xml-exc-c14n#";
    public const string EnvelopedSignature = "http://www.w3.org/2000/09/xmldsig#enveloped-signature";

    /// <summary>The subject is whoever presents the assertion (saml-profiles-2.0-os section 3.3).</summary>
    public const string Bearer = "urn:oasis:names:tc:SAML:2.0:cm:bearer";

    public const string UnspecifiedFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified";
    public const string EmailFormat = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress";
    public const string PersistentFormat = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";
}
