using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Group T: claims that are missing, of another shape, or out of bounds, in tokens that are signed well.</summary>
public sealed class ClaimFaultTests
{
    private static readonly long NowSeconds = Scene.Now.ToUnixTimeSeconds();

    public static TheoryData<string> NoSubjects => ["null", "\"\"", "1", "true", "[\"alice\"]", """{"id":"alice"}"""];

    public static TheoryData<string> NoAudiences =>
    [
        "null", "\"\"", "1", "true", "{}", "[]", "[\"\"]", """["https://web.shop.example",1]""", """["https://web.shop.example",null]""",
        """[["https://web.shop.example"]]""", """["https://web.shop.example",""]""",
    ];

    public static TheoryData<string> NoParties =>
    [
        "null", "\"alice\"", "1", "true", "[]", """[{"sub":"a"}]""", """{"sub":1}""", """{"sub":""}""", """{"sub":"a","iss":[]}""",
    ];

    public static TheoryData<string> NoScopes =>
    [
        "null", "1", "true", "[\"browse\"]", "{}", """ "browse\t" """, """ "browse\norders" """, """ "a\u0000" """, """ "a\"b" """,
        """ "a\\b" """, """ "caf\u00e9" """, """ "a\u00a0b" """, """ "a\u200bb" """, $"\"{string.Join(' ', Enumerable.Range(0, 101))}\"",
    ];

    [Fact]
    public void Fault_T13_Refuses_from_exp_on_and_accepts_until_then()
    {
        var token = Scene.Login.Token(Scene.Now, lifetime: TimeSpan.FromSeconds(60));

        Scene.Accepted(Scene.Validate(token, now: Scene.Now.AddSeconds(59.999)));
        Scene.Refused(RefusalReason.SubjectTokenExpired, Scene.Validate(token, now: Scene.Now.AddSeconds(60), issuerKeys: Fresh(60)));
        Scene.Refused(RefusalReason.SubjectTokenExpired, Scene.Validate(token, now: Scene.Now.AddSeconds(61), issuerKeys: Fresh(61)));
        Scene.Refused(RefusalReason.SubjectTokenExpired, Scene.Validate(token, now: Scene.Now.AddHours(1)));
    }

    [Theory]
    [InlineData("nbf")]
    [InlineData("iat")]
    public void Fault_T14_Refuses_a_token_from_beyond_the_skew(string claim)
    {
        Scene.Accepts(Scene.TokenWith(claim, NowSeconds + 30));
        Scene.Refuses(RefusalReason.SubjectTokenNotYetValid, Scene.TokenWith(claim, NowSeconds + 31));
        Scene.Refuses(RefusalReason.SubjectTokenNotYetValid, Scene.TokenWith(claim, NowSeconds + 100));
    }

    [Theory]
    [InlineData("\"1795435500\"")]
    [InlineData("-1")]
    [InlineData("0")]
    [InlineData("1e400")]
    [InlineData("9223372036854775808")]
    [InlineData("253402300800")]
    [InlineData("null")]
    [InlineData("true")]
    [InlineData("[1795435500]")]
    [InlineData("{}")]
    public void Fault_T15_Refuses_dates_that_are_none(string date)
    {
        foreach (var claim in new[] { "exp", "iat", "nbf" })
        {
            var claims = JsonNode.Parse(Scene.ClaimsText())!.AsObject();
            claims.Remove(claim);
            var text = claims.ToJsonString();
            Scene.Refuses(RefusalReason.SubjectTokenLifetimeRefused, Scene.TokenOf($"{text[..^1]},\"{claim}\":{date}}}"));
        }
    }

    [Fact]
    public void Fault_T15_Refuses_exp_as_nan() =>
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenOf(
            Scene.ClaimsText().Replace($"\"exp\":{NowSeconds + 300}", "\"exp\":NaN", StringComparison.Ordinal)));

    [Theory]
    [InlineData("exp")]
    [InlineData("iat")]
    public void Fault_T15_Refuses_a_token_without_its_dates(string claim) =>
        Scene.Refuses(RefusalReason.SubjectTokenLifetimeRefused, Scene.TokenWith(c => c.Remove(claim)));

    [Fact]
    public void Fault_T15_Accepts_the_fraction_and_exponent_forms_of_a_good_date()
    {
        var exact = (NowSeconds + 60).ToString(System.Globalization.CultureInfo.InvariantCulture);
        string[] forms = [exact + ".5", exact + ".0", exact + "e0", exact[..1] + "." + exact[1..] + "e9", exact[..1] + "." + exact[1..] + "E+9", exact + "0e-1"];

        foreach (var form in forms)
        {
            var claims = Scene.ClaimsText().Replace($"\"exp\":{NowSeconds + 300}", "\"exp\":" + form, StringComparison.Ordinal);
            var expires = Scene.Accepts(Scene.TokenOf(claims)).ExpiresAt;
            Assert.Equal(Scene.Now.AddSeconds(form.EndsWith(".5", StringComparison.Ordinal) ? 60.5 : 60), expires);
        }
    }

    [Fact]
    public void Refuses_a_token_that_lives_longer_than_its_issuer_declared()
    {
        Scene.Accepts(Scene.Login.Token(Scene.Now, lifetime: TimeSpan.FromHours(1)));
        Scene.Refuses(RefusalReason.SubjectTokenLifetimeRefused, Scene.Login.Token(Scene.Now, lifetime: TimeSpan.FromSeconds(3601)));
        Scene.Refuses(RefusalReason.SubjectTokenLifetimeRefused, Scene.TokenWith("iat", NowSeconds - 3600));
        Scene.Refuses(RefusalReason.SubjectTokenLifetimeRefused, Scene.TokenWith(c => (c["iat"], c["exp"]) = (NowSeconds + 20, NowSeconds + 20)));
    }

    [Theory]
    [InlineData("https://login.shop.example/")]
    [InlineData("https://LOGIN.shop.example")]
    [InlineData("HTTPS://login.shop.example")]
    [InlineData("http://login.shop.example")]
    [InlineData("https://login.shop.example:443")]
    [InlineData("https://user@login.shop.example")]
    [InlineData("https://login.shop.example@attacker.example")]
    [InlineData("https://login.shop.example.attacker.example")]
    [InlineData("https://l\u043egin.shop.example")]
    [InlineData("https://login.shop.exampl")]
    [InlineData(" https://login.shop.example")]
    [InlineData("https://login.shop.example\0")]
    [InlineData("")]
    public void Fault_T16_Refuses_an_issuer_that_is_not_exactly_a_trusted_one(string issuer) =>
        Scene.Refuses(RefusalReason.SubjectTokenIssuerUnknown, Scene.TokenWith("iss", issuer));

    [Fact]
    public void Fault_T16_Refuses_an_issuer_that_is_no_string()
    {
        string[] issuers = ["null", "1", $"[\"{Scene.Login.Issuer}\"]", "{}"];

        Assert.All(issuers, issuer => Scene.Refuses(RefusalReason.SubjectTokenIssuerUnknown, Scene.TokenWithJson("iss", issuer)));
        Scene.Refuses(RefusalReason.SubjectTokenIssuerUnknown, Scene.TokenWith(c => c.Remove("iss")));
    }

    [Fact]
    public void Fault_T17_Refuses_an_unknown_issuer_and_asks_nobody_for_its_keys()
    {
        var stranger = new TestIssuer("https://stranger.example");
        var outcome = Scene.Validate(stranger.Token(Scene.Now));

        Scene.Refused(RefusalReason.SubjectTokenIssuerUnknown, outcome);
        Assert.Null(outcome.RefreshIssuer);
    }

    [Theory]
    [InlineData("https://other.example")]
    [InlineData("https://web.shop.exampl")]
    [InlineData("https://web.shop.example/")]
    [InlineData("https://web.shop.example.attacker.example")]
    [InlineData("https://WEB.shop.example")]
    [InlineData("*")]
    [InlineData("https://*.shop.example")]
    [InlineData("https://web.shop.example https://other.example")]
    public void Fault_T18_Refuses_an_audience_that_is_not_exactly_one_of_the_issuers(string audience) =>
        Scene.Refuses(RefusalReason.SubjectTokenAudienceRefused, Scene.TokenWith("aud", audience));

    [Theory]
    [MemberData(nameof(NoAudiences))]
    public void Fault_T18_Refuses_an_audience_of_another_shape(string audience) =>
        Scene.Refuses(RefusalReason.SubjectTokenAudienceRefused, Scene.TokenWithJson("aud", audience));

    [Fact]
    public void Fault_T18_Refuses_a_token_without_audience() =>
        Scene.Refuses(RefusalReason.SubjectTokenAudienceRefused, Scene.TokenWith(c => c.Remove("aud")));

    [Theory]
    [MemberData(nameof(NoSubjects))]
    public void Fault_T19_Refuses_a_subject_of_another_shape(string subject) =>
        Scene.Refuses(RefusalReason.SubjectTokenSubjectRefused, Scene.TokenWithJson("sub", subject));

    [Fact]
    public void Fault_T19_Refuses_a_subject_that_is_missing_long_or_has_control_characters()
    {
        Scene.Refuses(RefusalReason.SubjectTokenSubjectRefused, Scene.TokenWith(c => c.Remove("sub")));
        string[] subjects = ["\0", "alice\0", "alice\nadmin", "\u007f", "\u0085", new string('a', 1025)];
        Assert.All(subjects, subject => Scene.Refuses(RefusalReason.SubjectTokenSubjectRefused, Scene.TokenWith("sub", subject)));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenWith("sub", new string('a', 100_000)));
        Scene.Accepts(Scene.TokenWith("sub", new string('a', 1024)));
    }

    [Theory]
    [InlineData(17, RefusalReason.SubjectTokenChainTooLong)]
    [InlineData(100, RefusalReason.SubjectTokenMalformed)]
    [InlineData(1000, RefusalReason.SubjectTokenMalformed)]
    [InlineData(3000, RefusalReason.SubjectTokenMalformed)]
    public void Fault_T28_Refuses_actors_nested_too_deeply(int depth, RefusalReason reason) =>
        Scene.Refuses(reason, Scene.TokenOf(Scene.ClaimsText(NestedActors(depth))));

    [Fact]
    public void Fault_T28_Accepts_sixteen_actors_in_one_another() => Scene.Accepts(Scene.TokenOf(Scene.ClaimsText(NestedActors(16))));

    [Theory]
    [MemberData(nameof(NoParties))]
    public void Fault_T28_Refuses_an_actor_of_another_shape(string actor)
    {
        Scene.Refuses(RefusalReason.SubjectTokenClaimsRefused, Scene.TokenWithJson("act", actor));
        Scene.Refuses(RefusalReason.SubjectTokenClaimsRefused, Scene.TokenWithJson("act", $$"""{"sub":"a","act":{{actor}}}"""));
    }

    [Theory]
    [MemberData(nameof(NoParties))]
    public void Fault_T29_Refuses_may_act_of_another_shape(string party) =>
        Scene.Refuses(RefusalReason.SubjectTokenClaimsRefused, Scene.TokenWithJson("may_act", party));

    [Fact]
    public void Fault_T31_Refuses_a_token_that_is_bound_to_a_key()
    {
        string[] confirmations = ["""{"jkt":"x"}""", """{"x5t#S256":"x"}""", "{}", "\"x\"", "null"];

        Assert.All(confirmations, cnf => Scene.Refuses(RefusalReason.SubjectTokenBound, Scene.TokenWithJson("cnf", cnf)));
    }

    [Theory]
    [MemberData(nameof(NoScopes))]
    public void Fault_T36_Refuses_a_scope_of_another_shape(string scope) =>
        Scene.Refuses(RefusalReason.SubjectTokenClaimsRefused, Scene.TokenWithJson("scope", scope));

    [Theory]
    [InlineData("client_id")]
    [InlineData("azp")]
    [InlineData("jti")]
    [InlineData("sid")]
    public void Refuses_identifiers_of_another_shape(string claim)
    {
        string[] values = ["null", "\"\"", "1", "true", "[\"web\"]", "{}"];

        Assert.All(values, value => Scene.Refuses(RefusalReason.SubjectTokenClaimsRefused, Scene.TokenWithJson(claim, value)));
    }

    [Fact]
    public void Fault_Z24_Refuses_our_lineage_claim_in_a_token_of_another_issuer()
    {
        Scene.Refuses(RefusalReason.SubjectTokenLineageRefused, Scene.TokenWith(Lineage.ClaimName, "x"));
        Scene.Refuses(RefusalReason.SubjectTokenLineageRefused, Scene.TokenWith(Lineage.ClaimName, null));
    }

    [Fact]
    public void Tells_the_operator_why_without_telling_who()
    {
        string[] tokens =
        [
            Scene.TokenWith("sub", "canary\0"), Scene.TokenWith("aud", "canary"), Scene.TokenWith("scope", "canary\t"),
            Scene.TokenWith("iss", "canary"), Scene.TokenWith(header: h => h["kid"] = "canary"), Scene.TokenWith(header: h => h["alg"] = "canary"),
            Scene.TokenWith(header: h => h["typ"] = "canary"), "canary", Scene.TokenWith(c => (c["sub"], c["exp"]) = ("canary", 1)),
        ];

        Assert.All(tokens, token =>
        {
            var outcome = Scene.Validate(token);
            Assert.NotNull(outcome.Refusal?.Detail);
            Assert.DoesNotContain("canary", outcome.ToString(), StringComparison.Ordinal);
        });
        Assert.DoesNotContain("alice", Scene.Validate(Scene.TokenWith()).ToString(), StringComparison.Ordinal);
    }

    private static string NestedActors(int depth) =>
        string.Concat(Enumerable.Range(0, depth).Select(i => $",\"act\":{{\"sub\":\"{i}\"")) + new string('}', depth);

    private static Dictionary<string, KeySet> Fresh(int seconds) =>
        new() { [Scene.Login.Issuer] = Scene.Login.KeySet(Scene.Now.AddSeconds(seconds)) };
}
