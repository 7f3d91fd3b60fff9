using ExchangeCluster.Domain.Policies.Analysis;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Analysis;

/// <summary>Each kind of finding: a policy that has it, and its place.</summary>
public sealed class FindingsTests
{
    private const string Secrets = $"credentials: {{ secrets: [\"{PolicyTexts.SecretHash}\"] }}";

    [Theory]
    [InlineData("never-broken", "never: [{ claim: c }]", "b: { domain: x, audience: https://b.example, accepts: [{ from: a, claims: [c] }] }")]
    [InlineData("elevation-without-through", "", """
        b: { domain: x, audience: https://b.example, scopes: [t], CREDENTIALS, accepts: [{ from: a, elevate: { t: s } }] }
        c: { domain: x, audience: https://c.example, scopes: [u], accepts: [{ from: b, elevate: { u: t } }] }
        """)]
    [InlineData("privilege-escalation", "", "b: { domain: x, audience: https://b.example, scopes: [s2], accepts: [{ from: a, elevate: { s2: s } }] }")]
    [InlineData("unreachable-rule", "", """
        b: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: a, scopes: [s] }] }
        c: { domain: x, audience: https://c.example, scopes: [s], accepts: [{ from: b, scopes: [s] }] }
        """)]
    [InlineData("shadowed-rule", "", "b: { domain: x, audience: https://b.example, accepts: [{ from: a }, { from: a, when: { claims: { c: 1 } } }] }")]
    [InlineData("ambiguous-rules", "", "b: { domain: x, audience: https://b.example, accepts: [{ from: a, when: { claims: { d: 1 } } }, { from: a, when: { claims: { c: 1 } } }] }")]
    [InlineData("uncalled-service", "", "b: { domain: x, audience: https://b.example }")]
    [InlineData("ungettable-scope", "", "b: { domain: x, audience: https://b.example, scopes: [s, t], accepts: [{ from: a, scopes: [s] }] }")]
    [InlineData("claim-across-domains", "", "b: { domain: y, audience: https://b.example, accepts: [{ from: a, claims: [c] }] }")]
    [InlineData("weak-algorithm", "", "b: { domain: x, audience: https://b.example, signing_algorithm: RS256, accepts: [{ from: a }] }")]
    [InlineData("embedding-budget", "embedding: { max_bytes: 1024 }", """
        b: { domain: x, audience: https://b.example, CREDENTIALS, accepts: [{ from: a }] }
        c: { domain: x, audience: https://c.example, accepts: [{ from: b, share: embed }] }
        """)]
    [InlineData("reuse-over-shares", "", """
        b: { domain: x, audience: https://b.example, scopes: [s], CREDENTIALS, accepts: [{ from: a, scopes: [s] }] }
        c: { domain: x, audience: https://c.example, scopes: [s], accepts: [{ from: b, scopes: [s], share: reuse }] }
        """)]
    [InlineData("lifetime-laundering", "", "b: { domain: x, audience: https://login.example, token_format: authorization-grant, accepts: [{ from: a }] }")]
    [InlineData("secret-in-file", "", "b: { domain: x, audience: https://b.example, credentials: { jwks: { keys: [{ kty: oct, k: hunter2 }] } }, accepts: [{ from: a }] }")]
    [InlineData("secret-in-file", "", "b: { domain: x, audience: https://b.example, credentials: { jwks: { keys: [{ kty: EC, crv: P-256, d: hunter2 }] } }, accepts: [{ from: a }] }")]
    [InlineData("secret-in-file", "certificate_authorities: { ca: \"-----BEGIN PRIVATE KEY-----\" }", "b: { domain: x, audience: https://b.example, accepts: [{ from: a }] }")]
    [InlineData("secret-in-file", "", "b: { domain: x, audience: https://b.example, credentials: { secrets: [hunter2] }, accepts: [{ from: a }] }")]
    public void Finds(string id, string rest, string services)
    {
        var text = PolicyTexts.Of(
            $"a: {{ domain: x, audience: https://a.example, scopes: [s, s2], {Secrets} }}\n" + services.Replace("CREDENTIALS", Secrets, StringComparison.Ordinal), rest);
        var findings = PolicyCheck.Of(text).Findings.Where(finding => finding.Kind.Id == id).ToList();
        Assert.NotEmpty(findings);
        Assert.All(findings, finding => Assert.True(finding.At.Line > 1, finding.What));
        Assert.All(findings, finding => Assert.DoesNotContain("hunter2", finding.What, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("unbounded-issuer", "{ issuer: https://login.example, audiences: [https://a.example] }")]
    [InlineData("unbounded-issuer", "{ issuer: https://login.example, max_lifetime: 1h }")]
    [InlineData("long-lived-issuer", "{ issuer: https://login.example, audiences: [https://a.example], max_lifetime: 30d }")]
    [InlineData("issuer-without-entry", "{ issuer: https://login.example, audiences: [https://elsewhere.example], max_lifetime: 1h }")]
    [InlineData("weak-algorithm", "{ issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h, algorithms: [RS256] }")]
    public void Finds_of_issuers(string id, string issuer) => Assert.Contains(
        PolicyCheck.Of($"revision: 1\nissuer: https://sts.example\ntrusted_issuers: [{issuer}]\nservices: {{ a: {{ domain: x, audience: https://a.example }} }}").Findings,
        finding => finding.Kind.Id == id && finding.At.Line == 3);

    [Fact]
    public void Finds_nothing_in_a_sound_policy() => Assert.Empty(PolicyCheck.Of(PolicyTexts.Of(
        $"a: {{ domain: x, audience: https://a.example, scopes: [s], {Secrets} }}\nb: {{ domain: x, audience: https://b.example, scopes: [s], accepts: [{{ from: a, scopes: [s] }}] }}")).Findings);

    [Fact]
    public void Explains_every_kind() => Assert.All(FindingKinds.All, kind =>
    {
        Assert.NotEmpty(kind.Why);
        Assert.NotEmpty(kind.Instead);
    });
}
