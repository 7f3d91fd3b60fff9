using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Group Z of the fault catalogue, first part: who may get what. Actors (Z11, Z12, Z15) are in the tests of
/// delegation.
/// </summary>
[Collection<ShopCollection>]
public sealed class FaultAuthorizationTests(Shop shop)
{
    [Fact]
    public async Task Fault_Z1_Refuses_a_target_that_does_not_accept_this_client()
    {
        (await shop.ExchangeAsync(audience: "geolocation")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.ExchangeAsync("reporting", audience: "orders")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Fault_Z2_Refuses_one_allowed_and_one_forbidden_target() =>
        (await shop.ExchangeAsync(edit: form => form.Add(ParameterNames.Audience, "geolocation"))).AssertRefused(ErrorCodes.InvalidTarget);

    [Fact]
    public async Task Fault_Z3_Refuses_an_issuer_that_the_rule_does_not_name()
    {
        var partners = shop.Parties.SubjectToken(shop.Parties.Partner);

        (await shop.ExchangeAsync(subjectToken: partners, audience: "partner-desk")).AssertIssued();
        (await shop.ExchangeAsync(audience: "partner-desk")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("mobile", partners)).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_Z4_Refuses_scope_beyond_the_subjects_or_the_clients()
    {
        var browsing = shop.Parties.SubjectToken(scope: "browse");
        var refunding = shop.Parties.SubjectToken(scope: "browse refunds.pay");

        (await shop.ExchangeAsync(subjectToken: browsing, scope: "orders.place")).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync(subjectToken: browsing, scope: "browse orders.place")).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync(subjectToken: refunding, scope: "refunds.pay")).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(scope: null), scope: "browse")).AssertRefused(ErrorCodes.InvalidScope);
    }

    [Theory]
    [InlineData("BROWSE")]
    [InlineData("Browse")]
    [InlineData("brows")]
    [InlineData("browse.all")]
    [InlineData("browse*")]
    [InlineData("*")]
    [InlineData("orders.*")]
    public async Task Fault_Z5_Compares_scope_exactly_in_request_and_subject_token(string scope)
    {
        (await shop.ExchangeAsync(scope: scope)).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(scope: scope), scope: "browse")).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(scope: scope))).AssertRefused(ErrorCodes.InvalidScope);
    }

    [Theory]
    [InlineData("gold", "web", true)]
    [InlineData("silver", "web", false)]
    [InlineData("Gold", "web", false)]
    [InlineData("gold", "mobile", false)]
    [InlineData(null, "web", false)]
    public async Task Fault_Z6_Refuses_when_a_claim_rule_of_the_issuer_fails(string? acr, string azp, bool holds)
    {
        var answer = await shop.ExchangeAsync(audience: "vault", subjectToken: shop.Parties.SubjectToken(claims: claims =>
        {
            claims["azp"] = azp;
            if (acr is not null)
            {
                claims["acr"] = acr;
            }
        }));

        if (holds)
        {
            answer.AssertIssued();
        }
        else
        {
            answer.AssertRefused(ErrorCodes.InvalidRequest);
        }
    }

    [Fact]
    public async Task Fault_Z7_Refuses_a_subject_token_for_another_service() =>
        (await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(forClient: "mobile"))).AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Fault_Z8_Refuses_an_own_token_that_is_neither_for_nor_of_the_client()
    {
        var ofWebForOrders = await shop.IssueAsync();

        (await shop.ExchangeAsync("mobile", ofWebForOrders.Token, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("catalog", ofWebForOrders.Token)).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_Z9_Regains_no_scope_or_audience_by_exchanging_again()
    {
        var narrowed = await shop.IssueAsync(scope: "browse");

        (await shop.ExchangeAsync("web", narrowed.Token, scope: "orders.place")).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync("orders", narrowed.Token, "catalog", "orders.place")).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync("orders", narrowed.Token, "geolocation")).AssertRefused(ErrorCodes.InvalidScope);
        (await shop.ExchangeAsync("orders", narrowed.Token, "vault")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Fault_Z9_Shrinks_rights_along_every_chain_except_by_named_elevations()
    {
        string[] callers = ["web", "mobile", "orders", "catalog"];
        string[] targets = ["orders", "catalog", "geolocation", "credit-rating", "diary", "vault", "ping", "legacy"];
        var elevations = new Dictionary<string, string> { ["locate"] = "orders.place", ["rating.read"] = "orders.place" };

        async Task<int> Follow(string token, IReadOnlySet<string> held, DateTimeOffset end, int depth)
        {
            var issued = 0;
            foreach (var caller in callers)
            {
                foreach (var target in targets)
                {
                    var answer = await shop.ExchangeAsync(caller, token, target);
                    if (answer.Issued is not { } jwt)
                    {
                        continue;
                    }

                    issued++;
                    Assert.All(jwt.Scopes, scope => Assert.Contains(elevations.GetValueOrDefault(scope, scope), held));
                    Assert.True(jwt.ExpiresAt <= end, "A life grew.");
                    issued += depth > 1 ? await Follow(jwt.Token, jwt.Scopes.ToHashSet(), jwt.ExpiresAt, depth - 1) : 0;
                }
            }

            return issued;
        }

        var subjectToken = shop.Parties.SubjectToken(claims: claims => claims["country"] = "NO");
        var count = await Follow(
            subjectToken, new HashSet<string> { "browse", "orders.place" }, new IssuedJwt(subjectToken).ExpiresAt, depth: 3);

        Assert.True(count > 30, $"Only {count} exchanges: the walk saw nothing.");
    }

    [Theory]
    [InlineData(30, "orders", 30)]
    [InlineData(300, "ping", 2)]
    [InlineData(3000, "orders", 600)]
    public async Task Fault_Z10_Caps_the_life_by_subject_rule_and_policy(int subjectSeconds, string audience, int expectedSeconds)
    {
        var token = shop.Parties.SubjectToken(lifetime: TimeSpan.FromSeconds(subjectSeconds));

        var jwt = await shop.IssueAsync(subjectToken: token, audience: audience);

        Assert.InRange((jwt.ExpiresAt - jwt.IssuedAt).TotalSeconds, expectedSeconds - 5, expectedSeconds);
        Assert.True(jwt.ExpiresAt <= new IssuedJwt(token).ExpiresAt);
    }

    [Fact]
    public async Task Fault_Z11_Refuses_may_act_that_names_another_and_lets_the_rule_decide_without()
    {
        var naming = shop.Parties.SubjectToken(claims: claims => claims["may_act"] = new JsonObject { ["sub"] = "mobile" });

        (await shop.ExchangeAsync(subjectToken: naming)).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync()).AssertIssued();
    }

    [Fact]
    public async Task Fault_Z12_Takes_the_same_sub_of_two_issuers_for_two_subjects()
    {
        var ours = shop.Parties.SubjectToken(subject: "dana", scope: "browse");
        var partners = shop.Parties.SubjectToken(shop.Parties.Partner, subject: "dana", scope: "browse");

        var pairwise = (await shop.IssueAsync(subjectToken: ours, audience: "diary"), await shop.IssueAsync(subjectToken: partners, audience: "diary"));

        Assert.Equal("dana", (await shop.IssueAsync(subjectToken: ours)).Subject);
        Assert.Equal("partner:dana", (await shop.IssueAsync(subjectToken: partners)).Subject);
        Assert.NotEqual(pairwise.Item1.Subject, pairwise.Item2.Subject);
    }

    [Fact]
    public async Task Fault_Z12_Refuses_a_sub_that_pretends_to_come_from_the_other_issuer() =>
        (await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(subject: "partner:dana"))).AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Fault_Z13_Refuses_may_act_with_the_right_sub_but_another_iss() =>
        (await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(claims: claims =>
            claims["may_act"] = new JsonObject { ["sub"] = "web", ["iss"] = shop.Parties.Login.Issuer }))).AssertRefused(ErrorCodes.InvalidRequest);

    [Fact]
    public async Task Fault_Z14_Refuses_act_that_a_client_asserts_in_a_token_of_its_own()
    {
        // The client's key is known to us, for assertions; that makes it nobody's issuer.
        var self = shop.Parties.Reporting.Token(
            ShopParties.Now, audience: ShopParties.AudienceOf("reporting"), claims: claims => claims["act"] = new JsonObject { ["sub"] = "support-7" });
        var posing = shop.Parties.SubjectToken(
            forClient: "reporting", key: shop.Parties.Reporting.Key, claims: claims => claims["act"] = new JsonObject { ["sub"] = "support-7" });

        (await shop.ExchangeAsync("reporting", self, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync("reporting", posing, "catalog")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_Z24_Refuses_our_own_claim_in_a_token_of_another_issuer()
    {
        var lineage = (await shop.IssueAsync()).Text("lineage");

        (await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(claims: claims => claims["lineage"] = lineage)))
            .AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_Z28_Refuses_when_two_rules_match()
    {
        string Token(string country, string tier) => shop.Parties.SubjectToken(claims: claims => (claims["country"], claims["tier"]) = (country, tier));

        (await shop.ExchangeAsync(subjectToken: Token("NO", "gold"), audience: "crossroads")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.ExchangeAsync(subjectToken: Token("NO", "iron"), audience: "crossroads")).AssertIssued();
        (await shop.ExchangeAsync(subjectToken: Token("DE", "gold"), audience: "crossroads")).AssertIssued();
        (await shop.ExchangeAsync(subjectToken: Token("DE", "iron"), audience: "crossroads")).AssertRefused(ErrorCodes.InvalidRequest);
    }
}
