using ExchangeCluster.Domain.Policies.Analysis;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Analysis;

/// <summary>What random policies leave out or hardly ever bring together: each is a way that is closed, beside the same one open.</summary>
public sealed class AnalyserTests
{
    private const string Credentials = $"credentials: {{ secrets: [\"{PolicyTexts.SecretHash}\"] }}";
    private const string A = $"a: {{ domain: x, audience: https://a.example, scopes: [s], {Credentials} }}\n";

    [Theory]
    // Who acts by name must be able to have a token of its own.
    [InlineData(true, "b: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: a, scopes: [s], when: { actor: { services: [a] } } }] }")]
    [InlineData(false, "b: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: a, scopes: [s], when: { actor: { services: [a] } } }] }\nown: { domain: x, audience: https://own.example, scopes: [s], accepts: [{ from: a, grants: client-credentials, scopes: [s] }] }")]
    // An authorization grant of ours opens nothing here.
    [InlineData(true, "as: { domain: y, audience: https://as.example, scopes: [s], CREDENTIALS, token_format: authorization-grant, accepts: [{ from: a, scopes: [s] }] }\nb: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: as, scopes: [s] }] }")]
    [InlineData(false, "as: { domain: y, audience: https://as.example, scopes: [s], CREDENTIALS, accepts: [{ from: a, scopes: [s] }] }\nb: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: as, scopes: [s] }] }")]
    // One of an issuer does, where the issuer may give them.
    [InlineData(true, "b: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: a, grants: jwt-bearer, scopes: [s] }] }")]
    [InlineData(false, "b: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: a, grants: jwt-bearer, scopes: [s] }] }", ", grant_lifetime: 2m")]
    // A way of one claim's value that the rule before sets otherwise.
    [InlineData(true, "m: { domain: x, audience: https://m.example, scopes: [s], CREDENTIALS, accepts: [{ from: a, scopes: [s], claims: { c: { set: 1 } } }] }\nb: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: m, scopes: [s], when: { claims: { c: 2 } } }] }")]
    [InlineData(false, "m: { domain: x, audience: https://m.example, scopes: [s], CREDENTIALS, accepts: [{ from: a, scopes: [s], claims: { c: { set: 2 } } }] }\nb: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: m, scopes: [s], when: { claims: { c: 2 } } }] }")]
    // How the user logged in is said by the login's token, which a token of ours is not unless the claim passes.
    [InlineData(true, "m: { domain: x, audience: https://m.example, scopes: [s], CREDENTIALS, accepts: [{ from: a, scopes: [s], claims: { acr: { set: low } } }] }\nb: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: m, scopes: [s], when: { acr: high } }] }")]
    // An id_token is never one of ours.
    [InlineData(true, "m: { domain: x, audience: https://m.example, scopes: [s], CREDENTIALS, accepts: [{ from: a, scopes: [s] }] }\nb: { domain: x, audience: https://b.example, scopes: [s], accepts: [{ from: m, scopes: [s], when: { subject_type: id_token } }] }")]
    public void Proves_exactly_what_is_closed(bool closed, string services, string issuer = "")
    {
        var text = PolicyTexts.Of(A + services.Replace("CREDENTIALS", Credentials, StringComparison.Ordinal))
            .Replace("max_lifetime: 1h", "max_lifetime: 1h" + issuer, StringComparison.Ordinal);
        var analyser = new PolicyAnalyser(PolicyTexts.Compile(text));
        Assert.Equal(closed, !analyser.WhoCan("b", "s", isDeclared: true).Any());
    }

    [Fact]
    public void Breaks_what_a_service_has_in_hand_within_another_token()
    {
        var services = A
            + $"b: {{ domain: x, audience: https://b.example, scopes: [s], {Credentials}, accepts: [{{ from: a, scopes: [s] }}] }}\n"
            + $"c: {{ domain: x, audience: https://c.example, scopes: [t], {Credentials}, accepts: [{{ from: b, elevate: {{ t: s }}, share: embed }}] }}\n"
            + "d: { domain: y, audience: https://d.example, scopes: [u], accepts: [{ from: c, elevate: { u: t }, through: [c], share: embed }] }";
        Assert.Contains("b -> c embedded elevates t from s; c -> d embedded elevates u from t", Broken(2), StringComparison.Ordinal);

        // One level less: only b has it in hand, within what it asks for itself.
        Assert.Equal("", Broken(1));

        string Broken(int depth) => new PolicyAnalyser(PolicyTexts.Compile(PolicyTexts.Of(services, $"embedding: {{ depth: {depth} }}")))
            .Disprove(new Never(Service: "a", Scope: "u"))?.ToString() ?? "";
    }

    /// <summary>A claim that the reader may not see can be absent from the token, or not.</summary>
    [Theory]
    [InlineData(true, "[c]")]
    [InlineData(false, "{ c: { set: 1 } }")]
    public void Hands_on_only_what_its_reader_may_see(bool handedOn, string claims)
    {
        var services = A
            + $"d: {{ domain: x, audience: https://d.example, scopes: [t], {Credentials} }}\n"
            + $"b: {{ domain: x, audience: https://b.example, scopes: [s, t], {Credentials}, accepts: [{{ from: a, scopes: [s], claims: {claims} }}, {{ from: d, scopes: [t] }}] }}\n"
            + "c: { domain: x, audience: https://c.example, scopes: [s, t], accepts: [{ from: b, scopes: [s, t], share: reuse }] }";
        var holders = new PolicyAnalyser(PolicyTexts.Compile(PolicyTexts.Of(services))).WhoCan("b", "s", isDeclared: true).Select(chain => chain.Holder);
        Assert.Equal(handedOn, holders.Contains("c"));
    }

    [Fact]
    public void Proves_of_a_domain_what_holds_of_its_services_alone()
    {
        var analyser = new PolicyAnalyser(PolicyTexts.Compile(PolicyTexts.Shop));
        Assert.Null(analyser.Disprove(new Never(Domain: "partners", Scope: "orders.place")));
        Assert.NotNull(analyser.Disprove(new Never(Domain: "shop", Scope: "orders.place")));
    }
}
