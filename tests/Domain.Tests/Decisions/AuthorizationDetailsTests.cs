using System.Text.Json;
using CsCheck;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>RFC 9396: details narrow as scopes do, and nothing elevates them.</summary>
public sealed class AuthorizationDetailsTests
{
    private const string Held = """[{"type":"payment","actions":["initiate","cancel"],"amount":{"currency":"EUR","value":"12.50"}}]""";

    [Theory]
    [InlineData("[]", null, "[]")]
    [InlineData("[{ type: payment }]", null, Held)]
    [InlineData("[{ type: payment, actions: initiate }]", null, """[{"type":"payment","actions":["initiate"],"amount":{"currency":"EUR","value":"12.50"}}]""")]
    [InlineData("[{ type: payment, actions: refund }]", null, "[]")]
    [InlineData("[{ type: payment, locations: [https://a.example] }]", null, "[]")]
    [InlineData("[{ type: account }]", null, "[]")]
    [InlineData("[{ type: payment }]", """[{"type":"payment","actions":["cancel"],"amount":{"value":"12.50","currency":"EUR"}}]""",
        """[{"type":"payment","actions":["cancel"],"amount":{"value":"12.50","currency":"EUR"}}]""")]
    public void Grants_what_is_asked_of_what_the_subject_holds_and_the_rule_lets_pass(string rule, string? requested, string granted) =>
        Assert.Equal(granted, Decide(rule, Held, requested).Token.AuthorizationDetails.Text);

    [Theory]
    [InlineData("[{ type: payment }]", """[{"type":"payment","actions":["initiate","refund"],"amount":{"currency":"EUR","value":"12.50"}}]""")]
    [InlineData("[{ type: payment }]", """[{"type":"payment","actions":["initiate"],"amount":{"currency":"EUR","value":"99.50"}}]""")]
    [InlineData("[{ type: payment }]", """[{"type":"payment","actions":["initiate"]}]""")]
    [InlineData("[{ type: payment }]", """[{"type":"payment","amount":{"currency":"EUR","value":"12.50"}}]""")]
    [InlineData("[{ type: payment }]", """[{"type":"payment","actions":[],"amount":{"currency":"EUR","value":"12.50"}}]""")]
    [InlineData("[{ type: payment }]", """[{"type":"payment","actions":["initiate"],"identifier":"a","amount":{"currency":"EUR","value":"12.50"}}]""")]
    [InlineData("[{ type: payment, actions: cancel }]", """[{"type":"payment","actions":["initiate"],"amount":{"currency":"EUR","value":"12.50"}}]""")]
    [InlineData("[{ type: payment }]", """[{"type":"account"}]""")]
    [InlineData("[{ type: payment }]", """[{"type":"Payment","actions":["initiate"],"amount":{"currency":"EUR","value":"12.50"}}]""")]
    [InlineData("[]", Held)]
    public void Refuses_what_exceeds_subject_or_rule(string rule, string requested) => Assert.Equal(
        RefusalReason.AuthorizationDetailsNotGranted, Decide(rule, Held, requested).Refusal!.Reason);

    [Theory]
    [InlineData("payment", "account", "payment", "for the service 'bank' the type of authorization details 'payment' is unknown")]
    [InlineData("account", "payment", "payment", "for the service 'web' the type of authorization details 'payment' is unknown")]
    [InlineData("payment", "payment", "payment }, { type: payment", "the type 'payment' is named twice")]
    public void Refuses_a_rule_for_a_type_that_target_or_client_do_not_have(string callerTypes, string ownTypes, string rule, string mistake) =>
        Assert.Contains(mistake, Assert.Single(Compile($"[{{ type: {rule} }}]", callerTypes, ownTypes).Mistakes), StringComparison.Ordinal);

    [Fact]
    public void A_client_gets_for_itself_what_the_rules_let_pass()
    {
        const string asked = """[{"type":"payment","actions":["initiate"]}]""";
        var policy = Policy("[{ type: payment, actions: initiate }]", more: ", grants: client-credentials");

        var granted = Decider.Decide(policy, Own(policy, asked), Subjects.Now).Token;
        Assert.Equal(asked, granted.AuthorizationDetails.Text);
        Assert.True(Decider.Decide(policy, Own(policy, null), Subjects.Now).Token.AuthorizationDetails.IsEmpty);
        Assert.NotNull(Decider.Decide(policy, Own(policy, """[{"type":"payment","actions":["cancel"]}]"""), Subjects.Now).Refusal);
        Assert.NotNull(Decider.Decide(policy, Own(policy, """[{"type":"account"}]"""), Subjects.Now).Refusal);
    }

    [Fact]
    public void A_refresh_token_is_for_what_was_granted_at_first()
    {
        const string first = """[{"type":"payment","actions":["initiate"]}]""";
        var command = Command("""[{"type":"payment","actions":["initiate","cancel"]}]""", requested: null) with
        {
            Refresh = new RefreshFamily(new TokenHandle(7), Subjects.Now, Subjects.Now.AddDays(1), ScopeSet.Empty)
            {
                AuthorizationDetails = Parse(first),
            },
        };
        var policy = Policy("[{ type: payment }]", more: ", refresh: { lifetime: 1d }");

        Assert.Equal(first, Decider.Decide(policy, command, Subjects.Now).Token.AuthorizationDetails.Text);
        Assert.Equal(
            RefusalReason.AuthorizationDetailsNotGranted,
            Decider.Decide(
                policy, command with { RequestedDetails = Parse("""[{"type":"payment","actions":["cancel"]}]""") }, Subjects.Now).Refusal!.Reason);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{}]")]
    [InlineData("""[{"type":""}]""")]
    [InlineData("""[{"type":1}]""")]
    [InlineData("""[{"type":"a","type":"b"}]""")]
    [InlineData("""[{"type":"a","actions":"x"}]""")]
    [InlineData("""[{"type":"a","locations":[1]}]""")]
    [InlineData("""[{"type":"a","identifier":1}]""")]
    [InlineData("""[{"type":"a"}] x""")]
    [InlineData("""[{"type":"a","x":"\ud800"}]""")]
    [InlineData("""[{"type":"a","x":{"\ud800":1}}]""")]
    [InlineData("""[{"type":"a","x":[[[[[[[[1]]]]]]]]}]""")]
    [InlineData("")]
    public void Refuses_to_read_what_is_no_array_of_details(string text) => Assert.False(AuthorizationDetails.TryParse(text, out _));

    [Fact]
    public void Refuses_too_many_and_too_long()
    {
        static string Many(int count) => "[" + string.Join(',', Enumerable.Repeat("""{"type":"a"}""", count)) + "]";

        Assert.True(AuthorizationDetails.TryParse(Many(AuthorizationDetails.MaxCount), out _));
        Assert.False(AuthorizationDetails.TryParse(Many(AuthorizationDetails.MaxCount + 1), out _));
        Assert.False(AuthorizationDetails.TryParse($$"""[{"type":"{{new string('a', AuthorizationDetails.MaxLength)}}"}]""", out _));
    }

    private static readonly Gen<(string Type, int Actions, int Locations, string Identifier)> GenDetail =
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, 7], Gen.Int[0, 3], Gen.Int[0, 2], (type, actions, locations, identifier) =>
            ($"t{type}", actions, locations, $"i{identifier}"));

    /// <summary>A right is a type, an identifier, an action and a location; a list that is not there is one value of its own.</summary>
    [Fact]
    public void Details_never_grow_whatever_is_asked()
    {
        var granted = 0;
        Gen.Select(GenDetail.Array[0, 3], GenDetail.Array[0, 3], GenDetail.Array[0, 2], Gen.Bool).Sample((held, asked, ceilings, ask) =>
        {
            var rule = "[" + string.Join(", ", ceilings.DistinctBy(detail => detail.Type).Select(YamlOf)) + "]";
            var policy = Policy(rule, "t0, t1");
            var command = Command(JsonOf(held), ask && asked.Length > 0 ? JsonOf(asked) : null);
            if (Decider.Decide(policy, command, Subjects.Now) is { IsGranted: true, Token: { AuthorizationDetails.IsEmpty: false } decision })
            {
                granted++;
                var rights = RightsOf(decision.AuthorizationDetails);
                Assert.Subset(RightsOf(Parse(JsonOf(held))), rights);
                Assert.All(rights, right => Assert.Contains(ceilings.DistinctBy(detail => detail.Type), ceiling => Admits(ceiling, right)));
                if (ask && asked.Length > 0)
                {
                    Assert.Equal(RightsOf(Parse(JsonOf(asked))), rights);
                }
            }
        }, iter: 20_000, threads: 1);
        Assert.True(granted > 500, $"Only {granted} decisions granted details.");
    }

    private static bool Admits((string Type, int Actions, int Locations, string Identifier) ceiling, (string Type, string Identifier, string Action, string Location) right) =>
        ceiling.Type == right.Type
        && (ceiling.Actions == 0 || Names("a", ceiling.Actions).Contains(right.Action))
        && (ceiling.Locations == 0 || Names("l", ceiling.Locations).Contains(right.Location));

    private static HashSet<(string Type, string Identifier, string Action, string Location)> RightsOf(AuthorizationDetails details) =>
        [.. from item in details.Items
            from action in ListOf(item, "actions")
            from location in ListOf(item, "locations")
            select (AuthorizationDetails.TypeOf(item), item.GetProperty("identifier").GetString()!, action, location)];

    private static string[] ListOf(JsonElement item, string member) =>
        item.TryGetProperty(member, out var list) ? [.. list.EnumerateArray().Select(value => value.GetString()!)] : ["(no list)"];

    private static string[] Names(string prefix, int bits) => [.. Enumerable.Range(0, 3).Where(bit => (bits >> bit & 1) == 1).Select(bit => prefix + bit)];

    private static string JsonOf((string Type, int Actions, int Locations, string Identifier)[] details) =>
        "[" + string.Join(',', details.Select(detail =>
            $$"""{"type":"{{detail.Type}}"{{ListJson("actions", "a", detail.Actions)}}{{ListJson("locations", "l", detail.Locations)}},"identifier":"{{detail.Identifier}}"}""")) + "]";

    private static string ListJson(string member, string prefix, int bits) =>
        bits == 0 ? "" : $",\"{member}\":[{string.Join(',', Names(prefix, bits).Select(name => $"\"{name}\""))}]";

    private static string YamlOf((string Type, int Actions, int Locations, string Identifier) ceiling) =>
        $"{{ type: {ceiling.Type}" + ListYaml("actions", "a", ceiling.Actions) + ListYaml("locations", "l", ceiling.Locations) + " }";

    private static string ListYaml(string member, string prefix, int bits) =>
        bits == 0 ? "" : $", {member}: [{string.Join(", ", Names(prefix, bits))}]";

    private static Decision Decide(string rule, string held, string? requested) =>
        Decider.Decide(Policy(rule), Command(held, requested), Subjects.Now);

    private static ExchangeCommand Command(string held, string? requested) => Subjects.Command(
        "web", Subjects.Foreign("https://web.example", "", claims: $$"""{"authorization_details":{{held}}}"""), "bank") with
    {
        RequestedDetails = requested is null ? null : Parse(requested),
    };

    private static ExchangeCommand Own(PolicySnapshot policy, string? requested) =>
        Subjects.Command("web", ClientSubject.Of(policy.Services["web"], policy, ExchangeCluster.Domain.Keys.ClusterSecret.Generate()), "bank") with
        {
            Grant = Grants.ClientCredentials,
            RequestedDetails = requested is null ? null : Parse(requested),
        };

    private static AuthorizationDetails Parse(string json) =>
        AuthorizationDetails.TryParse(json, out var details) ? details : throw new ArgumentException("Not authorization details.", nameof(json));

    private static PolicySnapshot Policy(string rule, string types = "payment, account", string more = "") =>
        Compile(rule, types, types, more).Snapshot!;

    private static PolicyCompilation Compile(string rule, string callerTypes, string ownTypes, string more = "") =>
        PolicyCompiler.Compile($$"""
            revision: 1
            issuer: https://sts.example
            trusted_issuers: [{ issuer: https://login.example, audiences: [https://web.example], max_lifetime: 1h }]
            services:
              web: { domain: shop, audience: https://web.example, authorization_details_types: [{{callerTypes}}] }
              bank:
                domain: bank
                audience: https://bank.example
                authorization_details_types: [{{ownTypes}}]
                accepts: [{ from: web{{more}}, authorization_details: {{rule}} }]
            """, "policy.yaml");
}
