using System.Collections.Frozen;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens.Saml;

/// <summary>An issuer of assertions, one that may issue none, and a policy that trusts both.</summary>
internal static class SamlScene
{
    public static readonly DateTimeOffset Now = Scene.Now;

    public static readonly TestSaml Idp = new("https://idp.example/saml");

    /// <summary>Trusted too, and may issue assertions under its own name.</summary>
    public static readonly TestSaml Other = new("urn:other:idp");

    /// <summary>Trusted, for JWTs alone.</summary>
    public static readonly TestSaml JwtsOnly = new("https://login.shop.example");

    public static readonly PolicySnapshot Policy = PolicyTexts.Compile($$"""
        revision: 1
        issuer: {{Scene.OurIssuer}}
        trusted_issuers:
          - issuer: {{Idp.Issuer}}
            certificates: |
        {{Indented(Idp.CertificatePem)}}
            audiences: [https://web.shop.example, https://mobile.shop.example]
            max_lifetime: 1h
            saml: { scopes: [login], recipients: https://web.shop.example/acs, attributes: { country: urn:country, groups: urn:groups } }
          - issuer: {{Other.Issuer}}
            certificates: |
        {{Indented(Other.CertificatePem)}}
            audiences: https://web.shop.example
            max_lifetime: 1h
            subject_prefix: "other:"
            saml: { name_id_format: emailAddress }
          - issuer: {{JwtsOnly.Issuer}}
            certificates: |
        {{Indented(JwtsOnly.CertificatePem)}}
            audiences: https://web.shop.example
            max_lifetime: 1h
            subject_prefix: "login:"
        """);

    public static readonly IReadOnlyDictionary<string, KeySet> Keys =
        new[] { Idp, Other, JwtsOnly }.ToFrozenDictionary(idp => idp.Issuer, idp => idp.KeySet(Now));

    public static SubjectTokenOutcome Validate(string token, DateTimeOffset? now = null, IReadOnlyDictionary<string, KeySet>? keys = null) =>
        SubjectTokenValidator.Validate(token, TokenTypeIdentifiers.Saml2, Policy, keys ?? Keys, Scene.KeyRing, now ?? Now);

    public static ValidatedToken Accepts(string token) => Scene.Accepted(Validate(token));

    public static void Refuses(RefusalReason reason, string token) => Scene.Refused(reason, Validate(token));

    /// <summary>A good assertion of <see cref="Idp"/> with one text in place of another.</summary>
    public static string With(string old, string replacement) => Idp.Assertion(Now, Replace(old, replacement));

    public static Func<string, string> Replace(string old, string replacement) => xml =>
    {
        Assert.Contains(old, xml, StringComparison.Ordinal);
        return xml.Replace(old, replacement, StringComparison.Ordinal);
    };

    private static string Indented(string text) => string.Join('\n', text.Split('\n').Select(line => "        " + line));
}
