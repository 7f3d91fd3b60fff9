using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.SubjectTokens;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Clients;

/// <summary><c>private_key_jwt</c>, and group C of its faults.</summary>
public sealed class AssertionAuthenticationTests
{
    private static readonly long NowSeconds = ClientScene.Now.ToUnixTimeSeconds();

    [Theory]
    [InlineData("ES256")]
    [InlineData("ES384")]
    [InlineData("RS256")]
    [InlineData("PS256")]
    public void Accepts_an_assertion_that_is_to_be_spent_once(string algorithm)
    {
        var key = ClientScene.Orders.Keys.Single(key => key.Algorithm == algorithm);
        var outcome = ClientScene.WithAssertion(Assertion(c => c["jti"] = "id-1", key: key), "orders");

        Assert.Equal("orders", outcome.Client?.Name);
        Assert.Equal((null, null), (outcome.Refusal, outcome.RefreshClient));
        var skew = TimeSpan.FromSeconds(30);
        Assert.Equal(new AssertionId("orders", "id-1", ClientScene.Now.AddMinutes(1) + (2 * skew)), outcome.Spend);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("client-authentication+jwt")]
    [InlineData(null)]
    public void Accepts_the_types_of_an_assertion(string? type) =>
        Assert.NotNull(ClientScene.WithAssertion(WithType(type)).Client);

    [Theory]
    [InlineData("at+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("logout+jwt")]
    public void Refuses_another_kind_of_token(string type) => ClientScene.Refused(ClientScene.WithAssertion(WithType(type)));

    [Theory]
    [InlineData("\"https://other-sts.example\"")]
    [InlineData("\"https://sts.shop.example/oauth/token\"")]
    [InlineData("\"https://sts.shop.example/\"")]
    [InlineData("\"HTTPS://sts.shop.example\"")]
    [InlineData("""["https://sts.shop.example"]""")]
    [InlineData("""["https://sts.shop.example","https://other-sts.example"]""")]
    [InlineData("\"\"")]
    [InlineData("1")]
    [InlineData("null")]
    public void Fault_C4_Refuses_any_audience_but_our_issuer_identifier_alone(string audience) =>
        ClientScene.Refused(ClientScene.WithAssertion(Assertion(c => c["aud"] = JsonNode.Parse(audience))));

    [Fact]
    public void Fault_C4_Refuses_an_assertion_without_audience() =>
        ClientScene.Refused(ClientScene.WithAssertion(Assertion(c => c.Remove("aud"))));

    [Fact]
    public void Fault_C5_Refuses_unsigned_symmetric_and_junk_assertions()
    {
        var claims = Encoding.UTF8.GetString(TestJws.Part(Assertion(), 1));
        var unsigned = ClientScene.Orders.SignRaw("""{"alg":"none"}""", claims);
        var symmetric = ClientScene.Orders.SignRaw("""{"alg":"HS256","kid":"rs256"}""", claims);
        var input = symmetric[..symmetric.LastIndexOf('.')];
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Scene.Rs256.PublicPem()), Encoding.ASCII.GetBytes(input));
        string[] assertions =
        [
            unsigned, unsigned[..(unsigned.LastIndexOf('.') + 1)], input + "." + Base64Url.EncodeToString(mac),
            "junk", "a.b.c", "..", new string('.', 40_000), Assertion() + ".", Assertion()[..^1], ClientScene.Secret,
        ];

        Assert.All(assertions, jwt => ClientScene.Refused(ClientScene.WithAssertion(jwt, "orders")));
    }

    [Fact]
    public void Fault_C5_Refuses_an_assertion_of_a_client_with_secrets_only()
    {
        var claimsToBeWeb = Assertion(c => (c["iss"], c["sub"]) = ("web", "web"));

        ClientScene.Refused(ClientScene.WithAssertion(claimsToBeWeb));
        ClientScene.Refused(ClientScene.WithAssertion(claimsToBeWeb, "web"));
    }

    [Fact]
    public void Fault_C6_Refuses_an_assertion_that_does_not_name_one_known_client()
    {
        Action<JsonObject>[] edits =
        [
            c => c["sub"] = "catalog", c => c["iss"] = "catalog", c => c.Remove("sub"), c => c.Remove("iss"),
            c => (c["iss"], c["sub"]) = ("nobody", "nobody"), c => (c["iss"], c["sub"]) = ("", ""), c => (c["iss"], c["sub"]) = ("Orders", "Orders"),
            c => (c["iss"], c["sub"]) = (1, 1), c => c["sub"] = new JsonArray("orders"),
        ];

        Assert.All(edits, edit => ClientScene.Refused(ClientScene.WithAssertion(Assertion(edit))));
        ClientScene.Refused(ClientScene.WithAssertion(Assertion(), "catalog"));
        ClientScene.Refused(ClientScene.WithAssertion(Assertion(), ""));
    }

    [Fact]
    public void Fault_C6_Refuses_dates_that_are_missing_or_out_of_bounds()
    {
        Action<JsonObject>[] edits =
        [
            c => c.Remove("exp"), c => c["exp"] = "1795435500", c => c["exp"] = -1, c => c["exp"] = NowSeconds - 300,
            c => c["exp"] = NowSeconds - 30, c => c["exp"] = NowSeconds + 331, c => c["exp"] = NowSeconds + 86_400,
            c => c["nbf"] = NowSeconds + 61, c => c["nbf"] = "soon", c => c["iat"] = NowSeconds + 61, c => c["iat"] = true,
        ];

        Assert.All(edits, edit => ClientScene.Refused(ClientScene.WithAssertion(Assertion(edit))));
    }

    [Fact]
    public void Fault_C6_Accepts_the_skew_of_a_clients_clock_both_ways()
    {
        Action<JsonObject>[] edits =
        [
            c => c["exp"] = NowSeconds - 8, c => c["exp"] = NowSeconds + 308, c => c["nbf"] = NowSeconds + 8,
            c => c["iat"] = NowSeconds + 8, c => c.Remove("iat"),
        ];

        Assert.All(edits, edit => Assert.NotNull(ClientScene.WithAssertion(Assertion(edit)).Client));
    }

    [Fact]
    public void Fault_C7_Refuses_an_assertion_that_could_not_be_spent()
    {
        string[] ids = ["null", "\"\"", "1", "[\"x\"]", $"\"{new string('j', 257)}\""];

        Assert.All(ids, id => ClientScene.Refused(ClientScene.WithAssertion(Assertion(c => c["jti"] = JsonNode.Parse(id)))));
        ClientScene.Refused(ClientScene.WithAssertion(Assertion(c => c.Remove("jti"))));
    }

    [Fact]
    public void Fault_C8_Spends_nothing_for_an_assertion_that_does_not_verify()
    {
        var victims = Assertion(c => c["jti"] = "victim");
        var forged = TestJws.Sign(TestJws.Part(victims, 0), TestJws.Part(victims, 1), TestKey.Create("ES256", "es256"));

        ClientScene.Refused(ClientScene.WithAssertion(forged));
        Assert.Equal("victim", ClientScene.WithAssertion(victims).Spend?.Jti);
    }

    [Fact]
    public void Fault_C10_Refuses_the_key_of_another_client()
    {
        ClientScene.Refused(ClientScene.WithAssertion(Assertion(key: ClientScene.Catalog.Key)));
        ClientScene.Refused(ClientScene.WithAssertion(ClientScene.Catalog.Assertion(ClientScene.Now, Scene.OurIssuer, key: Scene.Es256)));
        Assert.Equal("catalog", ClientScene.WithAssertion(ClientScene.Catalog.Assertion(ClientScene.Now, Scene.OurIssuer)).Client?.Name);
    }

    [Fact]
    public void Fault_C12_Authenticates_a_client_whatever_grants_it_may_use()
    {
        var good = ClientScene.Retired.Assertion(ClientScene.Now, Scene.OurIssuer);

        Assert.Equal(Grants.None, ClientScene.WithAssertion(good).Client?.Grants);
        ClientScene.Refused(ClientScene.WithAssertion(ClientScene.Retired.Assertion(ClientScene.Now, Scene.OurIssuer, key: Scene.Es256)));
    }

    [Fact]
    public void Refuses_defects_that_subject_tokens_are_refused_for()
    {
        const string header = """{"alg":"ES256","kid":"es256"}""";
        var claims = Encoding.UTF8.GetString(TestJws.Part(Assertion(), 1));
        string[] assertions =
        [
            ClientScene.Orders.SignRaw(header[..^1] + ",\"crit\":[]}", claims),
            ClientScene.Orders.SignRaw(header[..^1] + ",\"jku\":\"https://orders.shop.example\"}", claims),
            ClientScene.Orders.SignRaw(header, claims[..^1] + ",\"sub\":\"orders\"}"),
            ClientScene.Orders.SignRaw(header, claims + " x"),
            ClientScene.Orders.SignRaw(header, "[" + claims + "]"),
            Assertion() + "=",
        ];

        Assert.All(assertions, jwt => ClientScene.Refused(ClientScene.WithAssertion(jwt)));
        Assert.NotNull(ClientScene.WithAssertion(ClientScene.Orders.SignRaw(header, claims)).Client);
    }

    [Fact]
    public void Refuses_algorithms_beyond_those_for_clients()
    {
        var keys = new Dictionary<string, KeySet>
        {
            ["orders"] = KeySetReader.Read(
                new JsonObject { ["keys"] = new JsonArray(WithoutAlgorithm(Scene.Rs256)) }.ToJsonString(), ClientScene.Now, TimeSpan.FromHours(1)),
        };

        ClientScene.Refused(ClientScene.WithAssertion(Assertion(key: Scene.Rs256.As(algorithm: "RS512")), clientKeys: keys));
        Assert.NotNull(ClientScene.WithAssertion(Assertion(key: Scene.Rs256), clientKeys: keys).Client);
    }

    [Fact]
    public void Asks_for_a_clients_newer_keys_only_when_they_may_help()
    {
        var unknown = ClientScene.WithAssertion(Assertion(key: Scene.Es256.As(keyId: "new")));
        ClientScene.Refused(unknown);
        Assert.Equal("orders", unknown.RefreshClient);

        var stale = ClientScene.WithAssertion(
            Assertion(), clientKeys: new Dictionary<string, KeySet> { ["orders"] = ClientScene.Orders.KeySet(ClientScene.Now.AddHours(-2)) });
        ClientScene.Refused(stale);
        Assert.Equal("orders", stale.RefreshClient);

        Assert.Null(ClientScene.WithAssertion(Assertion(key: ClientScene.Catalog.Key)).RefreshClient);
        Assert.Null(ClientScene.WithAssertion("junk", "orders").RefreshClient);
    }

    private static string Assertion(Action<JsonObject>? claims = null, TestKey? key = null) =>
        ClientScene.Orders.Assertion(ClientScene.Now, Scene.OurIssuer, key: key, claims: claims);

    private static string WithType(string? type) =>
        ClientScene.Orders.Token(ClientScene.Now, "orders", Scene.OurIssuer, scope: null, lifetime: TimeSpan.FromMinutes(1), typ: type);

    private static JsonObject WithoutAlgorithm(TestKey key)
    {
        var jwk = key.PublicJwk();
        jwk.Remove("alg");
        return jwk;
    }
}
