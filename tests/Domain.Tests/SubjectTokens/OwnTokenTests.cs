using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Tokens that name us as their issuer.</summary>
public sealed class OwnTokenTests
{
    private static readonly ValidatedToken Root = Scene.Accepts(Scene.Login.Token(Scene.Now, claims: c => c["sid"] = "session-1"));

    [Theory]
    [InlineData("ES256", TokenTypeIdentifiers.AccessToken)]
    [InlineData("ES256", TokenTypeIdentifiers.Jwt)]
    [InlineData("RS256", TokenTypeIdentifiers.AccessToken)]
    public void Accepts_what_we_issued_with_its_root_and_without_showing_its_lineage_claim(string algorithm, string tokenType)
    {
        var accepted = Scene.Accepts(Mint(algorithm: algorithm), tokenType);

        Assert.Equal(Scene.OurIssuer, accepted.Issuer);
        Assert.Equal(tokenType, accepted.TokenType);
        Assert.Equal("pseudonym", accepted.Subject);
        Assert.Equal("web", accepted.ClientId);
        Assert.Equal(["https://orders.shop.example"], accepted.Audiences);
        Assert.Equal(Root.Root, accepted.Root);
        Assert.Equal([Root.Handle], accepted.Lineage!.Ancestors);
        Assert.False(accepted.Claims.TryGetProperty(Lineage.ClaimName, out _));
        Assert.Equal("NO", accepted.Claims.GetProperty("country").GetString());
        Assert.NotEqual(Root.Handle, accepted.Handle);
    }

    [Fact]
    public void Fault_T34_Refuses_a_token_of_another_cluster_with_our_name()
    {
        var other = KeyRing.Create(KeyRotation.Plan(null, Scene.Now, new KeyRotationSettings()));
        var token = Mint(other);

        Scene.Accepted(Scene.Validate(token, keyRing: other));
        var outcome = Scene.Validate(token);
        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, outcome);
        Assert.Null(outcome.RefreshIssuer);
    }

    [Fact]
    public void Fault_T34_Refuses_a_token_of_a_retired_key()
    {
        var settings = new KeyRotationSettings();
        var records = KeyRotation.Plan(null, Scene.Now, settings);
        var ring = KeyRing.Create(records);
        var token = Mint(ring);
        var retired = ring.SigningKeyFor("ES256", Scene.Now).KeyId;
        var without = KeyRing.Create(records.Where(record => record is not SigningKeyRecord key || key.KeyId != retired));

        Scene.Accepted(Scene.Validate(token, keyRing: ring));
        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, Scene.Validate(token, keyRing: without));
    }

    [Fact]
    public void Fault_T35_Refuses_our_name_under_a_key_of_an_external_issuer_whatever_its_kid()
    {
        var ours = Scene.KeyRing.SigningKeyFor("ES256", Scene.Now).KeyId;
        var attacker = new TestIssuer(Scene.Login.Issuer, TestKey.Create("ES256", ours), Scene.Es256);
        var keys = new Dictionary<string, KeySet>
        {
            [attacker.Issuer] = attacker.KeySet(Scene.Now),
            [Scene.OurIssuer] = attacker.KeySet(Scene.Now),
        };
        var lineage = Part(Mint(), 1)[Lineage.ClaimName]!;
        void Pretend(JsonObject claims) => (claims["iss"], claims[Lineage.ClaimName]) = (Scene.OurIssuer, lineage.DeepClone());

        Scene.Refused(RefusalReason.SubjectTokenSignatureInvalid, Scene.Validate(attacker.Token(Scene.Now, claims: Pretend), issuerKeys: keys));
        Scene.Refused(
            RefusalReason.SubjectTokenKeyUnknown,
            Scene.Validate(attacker.Token(Scene.Now, key: Scene.Es256, claims: Pretend), issuerKeys: keys));
    }

    [Fact]
    public void Fault_T35_Refuses_our_name_even_where_the_policy_trusts_it_as_external()
    {
        var impostor = new TestIssuer(Scene.OurIssuer, Scene.Es256);
        var keys = new Dictionary<string, KeySet> { [Scene.OurIssuer] = impostor.KeySet(Scene.Now) };

        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, Scene.Validate(
            impostor.Token(Scene.Now), policy: Scene.PolicyOf(Scene.TrustedIssuerOf(impostor)), issuerKeys: keys));
    }

    [Fact]
    public void Fault_T33_Refuses_an_external_issuers_name_under_our_key()
    {
        var token = Resign(Mint(), claims => claims["iss"] = Scene.Login.Issuer);

        Scene.Refuses(RefusalReason.SubjectTokenKeyUnknown, token);
    }

    [Theory]
    [InlineData("JWT")]
    [InlineData("logout+jwt")]
    [InlineData(null)]
    public void Fault_T24_Refuses_another_kind_of_token_of_ours(string? type)
    {
        var token = Resign(Mint(), header: header =>
        {
            header.Remove("typ");
            if (type is not null)
            {
                header["typ"] = type;
            }
        });

        Scene.Refuses(RefusalReason.SubjectTokenTypeMismatch, token);
        Scene.Refuses(RefusalReason.SubjectTokenTypeMismatch, token, TokenTypeIdentifiers.Jwt);
    }

    [Fact]
    public void Refuses_a_token_without_its_own_lineage()
    {
        var other = Part(Mint(), 1);
        Action<JsonObject>[] edits =
        [
            claims => claims.Remove(Lineage.ClaimName),
            claims => claims[Lineage.ClaimName] = "AAAA",
            claims => claims[Lineage.ClaimName] = new JsonArray(),
            claims => claims[Lineage.ClaimName] = other[Lineage.ClaimName]!.DeepClone(),
            claims => claims["jti"] = "another",
            claims => claims.Remove("jti"),
        ];

        Scene.Accepts(Resign(Mint()));
        Assert.All(edits, edit => Scene.Refuses(RefusalReason.SubjectTokenLineageRefused, Resign(Mint(), edit)));
    }

    [Fact]
    public void Refuses_a_token_of_ours_from_its_exp_on() =>
        Scene.Refused(RefusalReason.SubjectTokenExpired, Scene.Validate(Mint(), now: Scene.Now.AddMinutes(5)));

    [Fact]
    public void Refuses_a_token_of_ours_with_a_changed_claim_or_without_kid()
    {
        var parts = Mint().Split('.');
        var claims = Part(Mint(), 1);
        claims["scope"] = "orders.place";
        var changed = System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims.ToJsonString()));

        Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, $"{parts[0]}.{changed}.{parts[2]}");
        Scene.Refuses(RefusalReason.SubjectTokenKeyUnknown, Resign(Mint(), header: header => header.Remove("kid")));
        Scene.Refuses(RefusalReason.SubjectTokenHeaderRefused, Resign(Mint(), header: header => header["alg"] = "ES384"));
    }

    private static string Mint(KeyRing? ring = null, string algorithm = "ES256")
    {
        var decision = new Decision.Granted
        {
            Rules = ["orders/accepts[0]"],
            Audiences = ["https://orders.shop.example"],
            Scope = ScopeSet.Of("browse"),
            Elevations = [],
            Subject = "pseudonym",
            Claims = [KeyValuePair.Create("country", System.Text.Json.JsonElement.Parse("\"NO\""))],
            ExpiresAt = Scene.Now.AddMinutes(5),
            SigningAlgorithm = algorithm,
        };
        var command = new ExchangeCommand
        {
            Client = "web",
            Subject = Root,
            Targets = ["orders"],
            RequestedScope = null,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        };
        return TokenMinter.Mint(decision, command, ring ?? Scene.KeyRing, new MintContext(Scene.OurIssuer, 1, Guid.Empty, 1), Scene.Now).Token.Reveal();
    }

    private static JsonObject Part(string token, int index) => JsonNode.Parse(TestJws.Part(token, index))!.AsObject();

    /// <summary>The token with edits, signed by our own key as a defect of ours would.</summary>
    private static string Resign(string token, Action<JsonObject>? claims = null, Action<JsonObject>? header = null)
    {
        var (head, body) = (Part(token, 0), Part(token, 1));
        header?.Invoke(head);
        claims?.Invoke(body);
        var input = Encode(head) + "." + Encode(body);
        var credentials = Scene.KeyRing.SigningKeyFor("ES256", Scene.Now).Credentials;
        var signer = CryptoProviderFactory.Default.CreateForSigning(credentials.Key, credentials.Algorithm);
        return input + "." + System.Buffers.Text.Base64Url.EncodeToString(signer.Sign(Encoding.ASCII.GetBytes(input)));
    }

    private static string Encode(JsonObject part) => System.Buffers.Text.Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
