using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Group T: what a token's header may not do.</summary>
public sealed class HeaderFaultTests
{
    [Theory]
    [InlineData("none")]
    [InlineData("None")]
    [InlineData("NONE")]
    [InlineData("nOnE")]
    [InlineData("")]
    public void Fault_T1_Refuses_alg_none_in_any_case_with_any_signature(string algorithm)
    {
        var signed = Scene.TokenWith(header: h => h["alg"] = algorithm);
        var input = signed[..signed.LastIndexOf('.')];

        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, signed);
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, input + ".");
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, input + ".AAAA");
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, input);
    }

    [Theory]
    [InlineData("HS256")]
    [InlineData("HS384")]
    [InlineData("HS512")]
    public void Fault_T2_Refuses_hmac_keyed_with_public_key(string algorithm)
    {
        foreach (var key in Scene.Login.Keys)
        {
            var jwk = key.PublicJwk();
            byte[][] secrets =
            [
                Encoding.UTF8.GetBytes(key.PublicPem()),
                Encoding.UTF8.GetBytes(key.PublicPem() + "\n"),
                key.PublicDer(),
                Encoding.UTF8.GetBytes(jwk.ToJsonString()),
                Base64Url.DecodeFromChars((string)(jwk["n"] ?? jwk["x"])!),
                [],
            ];
            foreach (var secret in secrets)
            {
                var token = Scene.TokenWith(header: h => (h["alg"], h["kid"]) = (algorithm, key.KeyId));
                var input = Encoding.ASCII.GetBytes(token[..token.LastIndexOf('.')]);
                var signature = algorithm switch
                {
                    "HS256" => HMACSHA256.HashData(secret, input),
                    "HS384" => HMACSHA384.HashData(secret, input),
                    _ => HMACSHA512.HashData(secret, input),
                };
                Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, TestJws.WithSignature(token, signature));
            }
        }
    }

    [Fact]
    public void Fault_T3_Refuses_an_algorithm_that_the_key_does_not_name()
    {
        var other = Scene.Rs256.As(algorithm: "PS256");

        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(key: other));
    }

    [Fact]
    public void Fault_T3_Refuses_an_algorithm_of_another_kind_of_key() =>
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["kid"] = "rs256"));

    [Fact]
    public void Fault_T3_Refuses_an_algorithm_that_the_policy_does_not_allow()
    {
        var policy = Scene.PolicyOf(Scene.TrustedIssuerOf(Scene.Login) switch
        {
            var issuer => new TrustedIssuer
            {
                Issuer = issuer.Issuer,
                Keys = issuer.Keys,
                Algorithms = ["RS256"],
                Audiences = issuer.Audiences,
                MaxLifetime = issuer.MaxLifetime,
                AccessTokenTypes = issuer.AccessTokenTypes,
                SubjectPrefix = issuer.SubjectPrefix,
            },
        });

        Scene.Refused(RefusalReason.SubjectTokenHeaderRefused, Scene.Validate(Scene.TokenWith(), policy: policy));
        Scene.Accepted(Scene.Validate(Scene.TokenWith(key: Scene.Rs256), policy: policy));
    }

    [Fact]
    public void Fault_T4_Refuses_a_token_that_brings_its_own_key()
    {
        var attacker = TestKey.Create("ES256", "attacker");

        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["jwk"] = attacker.PublicJwk(), key: attacker));
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["jwk"] = Scene.Es256.PublicJwk()));
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["x5c"] = new JsonArray("MIIB")));
    }

    /// <summary>No call can go out: nothing in this assembly can make one.</summary>
    [Theory]
    [InlineData("jku", "https://attacker.example/jwks")]
    [InlineData("jku", "http://169.254.169.254/latest/meta-data")]
    [InlineData("jku", "https://login.shop.example/jwks")]
    [InlineData("x5u", "file:///etc/passwd")]
    [InlineData("x5u", "https://attacker.example/cert")]
    public void Fault_T5_Refuses_a_token_that_says_where_its_key_is(string member, string location) =>
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h[member] = location));

    [Theory]
    [InlineData("../../../../dev/null")]
    [InlineData("' OR '1'='1")]
    [InlineData("es256\r\nSET x 1")]
    [InlineData("*1\r\n$8\r\nFLUSHALL\r\n")]
    [InlineData("ES256")]
    [InlineData("es256 ")]
    [InlineData("es25")]
    [InlineData("es256\0")]
    public void Fault_T6_Refuses_a_kid_that_is_not_exactly_a_key_of_the_issuer(string keyId)
    {
        var outcome = Scene.Validate(Scene.TokenWith(header: h => h["kid"] = keyId));

        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, outcome);
        Assert.Equal(Scene.Login.Issuer, outcome.RefreshIssuer);
        Assert.DoesNotContain(keyId, outcome.Refusal!.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault_T6_Refuses_a_kid_that_is_no_short_string()
    {
        JsonNode?[] keyIds = ["", new string('k', 257), 1, true, null, new JsonArray("es256"), new JsonObject()];

        Assert.All(keyIds, keyId => Scene.Refuses(
            RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["kid"] = keyId?.DeepClone())));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenWith(header: h => h["kid"] = new string('k', 20_000)));
    }

    [Theory]
    [InlineData("""["urn:example:unknown"]""")]
    [InlineData("[]")]
    [InlineData("\"exp\"")]
    [InlineData("null")]
    [InlineData("""["b64"]""")]
    [InlineData("""["alg"]""")]
    public void Fault_T23_Refuses_critical_extensions(string critical) => Scene.Refuses(
        RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["crit"] = JsonNode.Parse(critical)));

    [Fact]
    public void Fault_T23_Refuses_the_unencoded_payload_option()
    {
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["b64"] = false));
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["b64"] = true));
    }

    [Theory]
    [InlineData("logout+jwt")]
    [InlineData("dpop+jwt")]
    [InlineData("secevent+jwt")]
    [InlineData("oauth-authz-req+jwt")]
    [InlineData("client-authentication+jwt")]
    [InlineData("token-introspection+jwt")]
    [InlineData("kb+jwt")]
    [InlineData("application/logout+jwt")]
    [InlineData("application/application/at+jwt")]
    [InlineData("text/at+jwt")]
    [InlineData("at+jwt ")]
    [InlineData("")]
    public void Fault_T24_Refuses_other_kinds_of_token(string type)
    {
        var token = Scene.TokenWith(header: h => h["typ"] = type);

        Scene.Refuses(RefusalReason.SubjectTokenTypeMismatch, token);
        Scene.Refuses(RefusalReason.SubjectTokenTypeMismatch, token, TokenTypeIdentifiers.Jwt);
    }

    [Theory]
    [InlineData("nonce")]
    [InlineData("at_hash")]
    [InlineData("c_hash")]
    [InlineData("s_hash")]
    public void Fault_T24_Refuses_an_id_token_under_either_type(string mark)
    {
        var token = Scene.Login.Token(Scene.Now, typ: "JWT", claims: c => c[mark] = "x");

        Scene.Refuses(RefusalReason.SubjectTokenTypeMismatch, token, TokenTypeIdentifiers.Jwt);
        Scene.Refused(RefusalReason.SubjectTokenTypeMismatch, Scene.Validate(
            token, policy: Scene.PolicyOf(Scene.TrustedIssuerOf(Scene.Login, "JWT"))));
    }

    [Theory]
    [InlineData("JWT", "nonce", null)]
    [InlineData(null, "nonce", null)]
    [InlineData("JWT", "acr", null)]
    [InlineData("at+jwt", "nonce", RefusalReason.SubjectTokenTypeMismatch)]
    [InlineData("JWT", "scope", RefusalReason.SubjectTokenTypeMismatch)]
    [InlineData("JWT", "scp", RefusalReason.SubjectTokenTypeMismatch)]
    [InlineData("JWT", "lineage", RefusalReason.SubjectTokenLineageRefused)]
    public void Fault_T24_Takes_only_an_id_token_for_one(string? typ, string mark, RefusalReason? reason)
    {
        var token = Scene.Login.Token(Scene.Now, scope: null, typ: typ, claims: c => (c[mark], c["azp"]) = ("x", "web"));
        var outcome = Scene.Validate(token, TokenTypeIdentifiers.IdToken);

        Assert.Equal(reason, outcome.Refusal?.Reason);
        if (reason is null)
        {
            Assert.Equal(("openid", "web"), (outcome.Token!.Scope.Text, outcome.Token.ClientId));
        }
    }

    [Theory]
    [InlineData(TokenTypeIdentifiers.RefreshToken)]
    [InlineData(TokenTypeIdentifiers.Saml1)]
    [InlineData("urn:example:other")]
    public void Fault_T24_Refuses_other_declared_types(string tokenType) =>
        Scene.Refuses(RefusalReason.UnsupportedSubjectTokenType, Scene.TokenWith(), tokenType);

    [Fact]
    public void Fault_T25_Refuses_nested_and_compressed_tokens()
    {
        const string header = """{"alg":"ES256","kid":"es256","typ":"at+jwt","cty":"JWT"}""";

        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.Login.SignRaw(header, Scene.TokenWith()));
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.Login.SignRaw(header, Scene.ClaimsText()));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenOf(Scene.TokenWith()));
        Scene.Refuses(RefusalReason.SubjectTokenMalformed, Scene.TokenOf($"\"{Scene.TokenWith()}\""));
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Scene.TokenWith(header: h => h["zip"] = "DEF"));
    }
}
