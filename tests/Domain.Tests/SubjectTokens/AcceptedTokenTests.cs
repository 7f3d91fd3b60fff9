using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Good tokens, the odd ones included: strict is not the same as refusing everything.</summary>
public sealed class AcceptedTokenTests
{
    public static TheoryData<string> OddClaims =>
    [
        """{"exp":EXP.75}""",
        """{"exp":EXPe0}""",
        """{"aud":["https://web.shop.example"]}""",
        """{"aud":["https://other.example","https://web.shop.example"]}""",
        """{"scope":""}""",
        """{"scope":"browse browse orders.place"}""",
        """{"sub":" "}""",
        """{"sub":"a|b"}""",
        """{"sub":"\ud83d\ude00"}""",
        """{"act":{"sub":"orders","act":{"sub":"web"}}}""",
        """{"may_act":{"sub":"orders"}}""",
        """{"azp":"web"}""",
        """{"unknown":null}""",
        """{"nested":{"a":[{"b":[[1.5e3,true,"\u00e9"]]}]}}""",
        """{"same":1,"Same":2,"inner":{"same":3}}""",
        """{"nbf":1}""",
    ];

    [Fact]
    public void Accepts_a_token_with_everything_it_says()
    {
        var token = Scene.Login.Token(
            Scene.Now, scope: "orders.place browse", clientId: "web", claims: c => (c["sid"], c["country"]) = ("session-1", "NO"));

        var accepted = Scene.Accepts(token);

        Assert.Equal(Scene.Login.Issuer, accepted.Issuer);
        Assert.Equal("alice", accepted.Subject);
        Assert.Equal(["https://web.shop.example"], accepted.Audiences);
        Assert.Equal("web", accepted.ClientId);
        Assert.Equal(ScopeSet.Of("browse", "orders.place"), accepted.Scope);
        Assert.Equal(Scene.Now, accepted.IssuedAt);
        Assert.Equal(Scene.Now + TestIssuer.DefaultLifetime, accepted.ExpiresAt);
        Assert.Equal("NO", accepted.Claims.GetProperty("country").GetString());
        Assert.Null(accepted.Lineage);
        Assert.Equal(new RootSubject(Scene.Login.Issuer, "alice", "session-1", Scene.Now, accepted.Handle), accepted.Root);
    }

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void Accepts_each_algorithm_of_the_policy(string algorithm) =>
        Scene.Accepts(Scene.TokenWith(key: Scene.Login.Keys.Single(key => key.Algorithm == algorithm)));

    [Theory]
    [MemberData(nameof(OddClaims))]
    public void Accepts_odd_but_valid_claims(string claims)
    {
        var exp = Scene.Now.ToUnixTimeSeconds() + 60;
        var odd = JsonNode.Parse(claims.Replace("EXP", $"{exp}", StringComparison.Ordinal))!.AsObject();

        Scene.Accepts(Scene.TokenWith(good =>
        {
            foreach (var (name, value) in odd)
            {
                good[name] = value?.DeepClone();
            }
        }));
    }

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("AT+JWT")]
    [InlineData("application/at+jwt")]
    [InlineData("Application/At+Jwt")]
    public void Accepts_an_access_token_by_its_media_type(string type)
    {
        Scene.Accepts(Scene.TokenWith(header: h => h["typ"] = type));
        Scene.Accepts(Scene.TokenWith(header: h => h["typ"] = type), TokenTypeIdentifiers.Jwt);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("jwt")]
    [InlineData(null)]
    public void Accepts_a_plain_jwt_as_jwt_and_as_access_token_only_where_the_issuer_says_so(string? type)
    {
        var token = Scene.Login.Token(Scene.Now, typ: type);

        Assert.Equal(TokenTypeIdentifiers.Jwt, Scene.Accepts(token, TokenTypeIdentifiers.Jwt).TokenType);
        Scene.Refuses(RefusalReason.SubjectTokenTypeMismatch, token);
        Scene.Accepted(Scene.Validate(token, policy: Scene.PolicyOf(Scene.TrustedIssuerOf(Scene.Login, "at+jwt", "JWT"))));
    }

    [Fact]
    public void Accepts_members_in_any_order_with_white_space_around_them() =>
        Scene.Accepts(Scene.Login.SignRaw(
            "\n{ \"typ\" : \"at+jwt\",\t\"kid\":\"es256\" , \"x5t\":\"AAAA\", \"alg\":\"ES256\" } ",
            " \r\n" + Scene.ClaimsText() + "\n"));

    [Fact]
    public void Accepts_escaped_spellings_of_member_names_and_values() =>
        Assert.Equal("alice", Scene.Accepts(Scene.TokenOf(
            Scene.ClaimsText().Replace("\"sub\":\"alice\"", "\"\\u0073ub\":\"\\u0061lice\"", StringComparison.Ordinal))).Subject);

    [Fact]
    public void Accepts_a_token_without_kid_when_one_key_fits()
    {
        Scene.Accepts(Scene.TokenWith(header: h => h.Remove("kid")));
        Scene.Accepts(Scene.TokenWith(header: h => h.Remove("kid"), key: Scene.Es384));
    }

    [Fact]
    public void Refuses_a_token_without_kid_when_two_keys_fit()
    {
        var issuer = new TestIssuer(Scene.Login.Issuer, Scene.Es256, TestKey.Create("ES256", "other"));
        var outcome = Scene.Validate(
            Scene.TokenWith(header: h => h.Remove("kid")),
            issuerKeys: new Dictionary<string, KeySet> { [issuer.Issuer] = issuer.KeySet(Scene.Now) });

        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, outcome);
    }

    [Fact]
    public void Fault_T20_Accepts_subjects_that_only_look_alike_as_distinct()
    {
        string[] subjects = ["alice", "alice ", "Alice", "a|lice", "a/lice", "a:lice", "caf\u00e9", "cafe\u0301"];

        var accepted = subjects.Select(subject => Scene.Accepts(Scene.Login.Token(Scene.Now, subject))).ToList();

        Assert.Equal(subjects, accepted.Select(token => token.Root.Subject));
        Assert.Equal(subjects.Length, accepted.Select(token => token.Handle).Distinct().Count());
    }
}
