using System.Collections.Frozen;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Two trusted issuers, one policy and our own keys, for every test of this folder.</summary>
internal static class Scene
{
    public const string OurIssuer = "https://sts.shop.example";

    public static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    public static readonly TestKey Es256 = TestKey.Create("ES256", "es256");
    public static readonly TestKey Es384 = TestKey.Create("ES384", "es384");
    public static readonly TestKey Rs256 = TestKey.Create("RS256", "rs256");
    public static readonly TestKey Ps256 = TestKey.Create("PS256", "ps256");

    public static readonly TestIssuer Login = new("https://login.shop.example", Es256, Es384, Rs256, Ps256);

    /// <summary>Trusted too; its only key has the id of one of <see cref="Login"/>'s.</summary>
    public static readonly TestIssuer Partner = new("https://login.partner.example", TestKey.Create("ES256", "es256"));

    public static readonly KeyRing KeyRing = KeyRing.Create(KeyRotation.Plan(null, Now, new KeyRotationSettings()));

    public static readonly PolicySnapshot Policy = PolicyOf(TrustedIssuerOf(Login), TrustedIssuerOf(Partner));

    public static readonly IReadOnlyDictionary<string, KeySet> IssuerKeys = new[] { Login, Partner }
        .ToFrozenDictionary(issuer => issuer.Issuer, issuer => issuer.KeySet(Now));

    public static SubjectTokenOutcome Validate(
        string token,
        string tokenType = TokenTypeIdentifiers.AccessToken,
        PolicySnapshot? policy = null,
        IReadOnlyDictionary<string, KeySet>? issuerKeys = null,
        KeyRing? keyRing = null,
        DateTimeOffset? now = null) =>
        SubjectTokenValidator.Validate(token, tokenType, policy ?? Policy, issuerKeys ?? IssuerKeys, keyRing ?? KeyRing, now ?? Now);

    public static ValidatedToken Accepts(string token, string tokenType = TokenTypeIdentifiers.AccessToken) => Accepted(Validate(token, tokenType));

    public static ValidatedToken Accepted(SubjectTokenOutcome outcome)
    {
        Assert.Null(outcome.Refusal);
        Assert.Null(outcome.RefreshIssuer);
        return Assert.IsType<ValidatedToken>(outcome.Token);
    }

    public static void Refuses(RefusalReason reason, string token, string tokenType = TokenTypeIdentifiers.AccessToken) =>
        Refused(reason, Validate(token, tokenType));

    public static void Refused(RefusalReason reason, SubjectTokenOutcome outcome)
    {
        Assert.Null(outcome.Token);
        Assert.Equal(reason, outcome.Refusal?.Reason);
    }

    /// <summary>A token of <see cref="Login"/>, good but for the edit.</summary>
    public static string TokenWith(Action<JsonObject>? claims = null, Action<JsonObject>? header = null, TestKey? key = null) =>
        Login.Token(Now, key: key, claims: claims, header: header);

    public static string TokenWith(string claim, JsonNode? value) => TokenWith(claims => claims[claim] = value);

    /// <summary>One claim is this JSON text.</summary>
    public static string TokenWithJson(string claim, string json) => TokenWith(claims => claims[claim] = JsonNode.Parse(json));

    /// <summary>A token of <see cref="Login"/> whose claims are this text.</summary>
    public static string TokenOf(string payloadJson) => Login.SignRaw("""{"alg":"ES256","kid":"es256","typ":"at+jwt"}""", payloadJson);

    /// <summary>Good claims as text, with more members put at the end.</summary>
    public static string ClaimsText(string more = "") =>
        $$"""{"iss":"{{Login.Issuer}}","sub":"alice","aud":"https://web.shop.example","iat":{{Now.ToUnixTimeSeconds()}},"exp":{{Now.ToUnixTimeSeconds() + 300}}{{more}}}""";

    public static TrustedIssuer TrustedIssuerOf(TestIssuer issuer, params string[] accessTokenTypes) => new()
    {
        Issuer = issuer.Issuer,
        Keys = new KeySetSource(DiscoveryIssuer: issuer.Issuer),
        Algorithms = ["ES256", "ES384", "RS256", "PS256"],
        Audiences = ["https://web.shop.example"],
        MaxLifetime = TimeSpan.FromHours(1),
        AccessTokenTypes = accessTokenTypes.Length == 0 ? ["at+jwt"] : [.. accessTokenTypes],
        SubjectPrefix = "",
    };

    public static PolicySnapshot PolicyOf(params TrustedIssuer[] issuers) => PolicyOf(issuers, []);

    public static PolicySnapshot PolicyOf(TrustedIssuer[] issuers, Service[] services) => new()
    {
        Revision = 1,
        Issuer = OurIssuer,
        MaxLifetime = TimeSpan.FromMinutes(10),
        MaxActorDepth = 8,
        TrustedIssuers = issuers.ToFrozenDictionary(issuer => issuer.Issuer),
        Services = services.ToFrozenDictionary(service => service.Name),
        ServicesByAudience = services.ToFrozenDictionary(service => service.Audience),
        Rules = FrozenDictionary<Edge, System.Collections.Immutable.ImmutableArray<AcceptRule>>.Empty,
        LongestAcceptedLifetime = TimeSpan.FromHours(1),
    };
}
