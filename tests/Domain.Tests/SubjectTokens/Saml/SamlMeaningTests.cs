using System.Collections.Frozen;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens.Saml;

/// <summary>Well-signed assertions that must not count.</summary>
public sealed class SamlMeaningTests
{
    [Fact]
    public void Refuses_issuers_that_may_issue_no_assertions()
    {
        SamlScene.Refuses(RefusalReason.SubjectTokenIssuerUnknown, SamlScene.JwtsOnly.Assertion(SamlScene.Now));
        SamlScene.Refuses(RefusalReason.SubjectTokenIssuerUnknown, new TestSaml("https://stranger.example").Assertion(SamlScene.Now));
        SamlScene.Refuses(RefusalReason.SubjectTokenIssuerUnknown, new TestSaml(Scene.OurIssuer).Assertion(SamlScene.Now));
    }

    [Fact]
    public void Refuses_keys_that_are_missing_or_too_old()
    {
        var token = SamlScene.Idp.Assertion(SamlScene.Now);
        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, SamlScene.Validate(token, keys: FrozenDictionary<string, KeySet>.Empty));
        var old = new Dictionary<string, KeySet>(StringComparer.Ordinal) { [SamlScene.Idp.Issuer] = SamlScene.Idp.KeySet(SamlScene.Now.AddHours(-2)) };
        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, SamlScene.Validate(token, keys: old));
    }

    [Fact]
    public void Refuses_an_assertion_outside_its_time()
    {
        var token = SamlScene.Idp.Assertion(SamlScene.Now);
        Scene.Accepted(SamlScene.Validate(token, SamlScene.Now.AddSeconds(299)));
        Scene.Refused(RefusalReason.SubjectTokenExpired, SamlScene.Validate(token, SamlScene.Now.AddSeconds(300)));
        Scene.Refused(RefusalReason.SubjectTokenNotYetValid, SamlScene.Validate(token, SamlScene.Now.AddSeconds(-31)));
        SamlScene.Refuses(
            RefusalReason.SubjectTokenLifetimeRefused, TestSaml.Encode(SamlScene.Idp.Sign(SamlScene.Idp.Xml(SamlScene.Now, lifetime: TimeSpan.FromSeconds(3601)))));
    }

    [Theory]
    [InlineData("NotOnOrAfter=", "Other=")]
    [InlineData("IssueInstant=", "Other=")]
    [InlineData("Version=\"2.0\"", "Version=\"1.1\"")]
    [InlineData("Version=\"2.0\"", "")]
    [InlineData("AuthnInstant=", "Other=")]
    [InlineData("Z\"", "+00:00\"")]
    [InlineData("Z\"", "\"")]
    [InlineData("SessionIndex=\"s-1\"", "SessionIndex=\"\"")]
    [InlineData("Attribute Name=", "Attribute Other=")]
    [InlineData("Method=", "Other=")]
    public void Refuses_parts_that_are_missing_or_not_of_their_form(string old, string replacement) =>
        SamlScene.Refuses(RefusalReason.SubjectTokenMalformed, SamlScene.With(old, replacement));

    [Theory]
    [InlineData(">https://web.shop.example<", ">https://other.example<")]
    [InlineData(">https://web.shop.example<", "><")]
    [InlineData(">https://web.shop.example<", ">https://web.shop.example <")]
    [InlineData("</saml:Conditions>", "<saml:AudienceRestriction><saml:Audience>https://other.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>")]
    [InlineData("</saml:Conditions>", "<saml:AudienceRestriction><saml:Audience>https://mobile.shop.example</saml:Audience></saml:AudienceRestriction></saml:Conditions>")]
    public void Refuses_an_assertion_for_others(string old, string replacement) =>
        SamlScene.Refuses(RefusalReason.SubjectTokenAudienceRefused, SamlScene.With(old, replacement));

    [Fact]
    public void Refuses_an_assertion_for_nobody_in_particular() => SamlScene.Refuses(
        RefusalReason.SubjectTokenMalformed,
        SamlScene.With("<saml:AudienceRestriction><saml:Audience>https://web.shop.example</saml:Audience></saml:AudienceRestriction>", ""));

    [Theory]
    [InlineData("<saml:OneTimeUse/>")]
    [InlineData("<saml:ProxyRestriction Count=\"0\"/>")]
    [InlineData("<saml:ProxyRestriction><saml:Audience>https://orders.shop.example</saml:Audience></saml:ProxyRestriction>")]
    public void Refuses_conditions_that_ask_more_than_a_comparison(string condition) =>
        SamlScene.Refuses(RefusalReason.SubjectTokenClaimsRefused, SamlScene.With("</saml:Conditions>", condition + "</saml:Conditions>"));

    [Theory]
    [InlineData(">alice<", "><")]
    [InlineData(">alice<", "> alice<")]
    [InlineData(">alice<", ">alice <")]
    [InlineData(">alice<", ">ali&#10;ce<")]
    [InlineData("Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"", "")]
    [InlineData("nameid-format:persistent", "nameid-format:transient")]
    [InlineData("<saml:NameID ", "<saml:NameID NameQualifier=\"urn:other:idp\" ")]
    [InlineData("<saml:NameID ", "<saml:NameID SPNameQualifier=\"https://other.example\" ")]
    public void Refuses_another_name_than_the_one_name_space_of_the_policy(string old, string replacement) =>
        SamlScene.Refuses(RefusalReason.SubjectTokenSubjectRefused, SamlScene.With(old, replacement));

    [Fact]
    public void Accepts_the_issuers_own_qualifiers() => SamlScene.Accepts(SamlScene.With(
        "<saml:NameID ", $"<saml:NameID NameQualifier=\"{SamlScene.Idp.Issuer}\" SPNameQualifier=\"https://web.shop.example\" "));

    [Theory]
    [InlineData("cm:holder-of-key")]
    [InlineData("cm:sender-vouches")]
    public void Refuses_an_assertion_that_is_bound_to_a_key_or_to_its_sender(string method)
    {
        SamlScene.Refuses(RefusalReason.SubjectTokenBound, SamlScene.With("cm:bearer", method));
        SamlScene.Refuses(RefusalReason.SubjectTokenBound, SamlScene.With(
            "<saml:SubjectConfirmation ", $"<saml:SubjectConfirmation Method=\"urn:oasis:names:tc:SAML:2.0:{method}\"/><saml:SubjectConfirmation "));
    }

    [Theory]
    [InlineData("Recipient=\"https://other.example/acs\"")]
    [InlineData("Recipient=\"https://web.shop.example/acs/\"")]
    [InlineData("")]
    [InlineData("Recipient=\"https://web.shop.example/acs\" NotOnOrAfter=\"2026-11-23T12:00:00Z\"")]
    [InlineData("Recipient=\"https://web.shop.example/acs\" NotBefore=\"2026-11-23T11:00:00Z\"")]
    public void Refuses_a_confirmation_for_another_recipient_or_out_of_time(string data) => SamlScene.Refuses(
        RefusalReason.SubjectTokenAudienceRefused,
        SamlScene.With("cm:bearer\"/>", $"cm:bearer\"><saml:SubjectConfirmationData {data}/></saml:SubjectConfirmation>"));

    [Fact]
    public void Refuses_an_attribute_of_the_policy_that_occurs_twice() =>
        SamlScene.Refuses(RefusalReason.SubjectTokenClaimsRefused, SamlScene.With("urn:groups", "urn:country"));

    [Fact]
    public void Refuses_an_id_that_is_too_long() =>
        SamlScene.Refuses(RefusalReason.SubjectTokenClaimsRefused, SamlScene.With("ID=\"_1\"", $"ID=\"_{new string('1', 256)}\""));

    [Theory]
    [InlineData("saml: {}", "names no keys")]
    [InlineData("certificates: nonsense, saml: {}", "certificates can't be read (There is no PEM in it.)")]
    [InlineData("certificates_file: a.pem, jwks_file: b.json, saml: {}", "keys have a second source")]
    [InlineData("certificates_file: a.pem, saml: { attributes: { sub: urn:x } }", "the claim 'sub' is no attribute's to make")]
    [InlineData("certificates_file: a.pem, saml: { attributes: { may_act: urn:x } }", "the claim 'may_act' is no attribute's to make")]
    [InlineData("certificates_file: a.pem, saml: { recipients: acs }", "the recipient is not an absolute URL")]
    [InlineData("certificates_file: a.pem, saml: { name_id_format: transient }", "name_id_format")]
    public void Refuses_a_policy_that_does_not_fit(string members, string mistake) => Assert.Contains(
        PolicyTexts.MistakesOf($$"""
            revision: 1
            issuer: https://sts.example
            trusted_issuers: [{ issuer: urn:idp, audiences: urn:a, max_lifetime: 1h, {{members}} }]
            """),
        found => found.Contains(mistake, StringComparison.Ordinal));
}
