using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>Everyone outside the silo: two login issuers and the services' credentials. The tests own all the keys.</summary>
public sealed class ShopParties
{
    /// <summary>The shop's own login issuer; its subjects keep their names.</summary>
    public TestIssuer Login { get; } = new("https://login.shop.example", TestKey.Create("ES256", "login-ec"), TestKey.Create("RS256", "login-rsa"));

    /// <summary>Another company's login issuer, whose subjects get a prefix.</summary>
    public TestIssuer Partner { get; } = new("https://login.partner.example", TestKey.Create("ES256", "partner-ec"));

    /// <summary>A third one, which issues SAML assertions.</summary>
    public TestSaml Idp { get; } = new("https://idp.partner.example/saml");

    /// <summary>Issues to nobody we trust.</summary>
    public TestIssuer Stranger { get; } = new("https://login.stranger.example", TestKey.Create("ES256", "stranger-ec"));

    /// <summary>Two clients with <c>private_key_jwt</c>.</summary>
    public TestIssuer Reporting { get; } = new("reporting", TestKey.Create("ES256", "reporting-ec"));

    public TestIssuer Billing { get; } = new("billing", TestKey.Create("RS256", "billing-rsa"));

    public static string AudienceOf(string service) => $"https://{service}.shop.example";

    /// <summary>One of them needs all of the encoding of RFC 6749 section 2.3.1.</summary>
    public static string SecretOf(string client) =>
        client == "mobile" ? "s:e+c r%41/t&=\u00e9 of mobile, long enough" : $"secret-of-{client}-0123456789abcdef";

    public static string HashOf(string client) => ClientSecretHash.Of(new SensitiveText(SecretOf(client))).ToString();

    public static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

    /// <summary>A good subject token, but for the edits.</summary>
    /// <param name="issuer">Null: <see cref="Login"/>.</param>
    /// <param name="forClient">The service in whose name it was issued: its <c>aud</c>.</param>
    public string SubjectToken(
        TestIssuer? issuer = null,
        string forClient = "web",
        string subject = "alice",
        string? scope = "browse orders.place",
        TimeSpan? lifetime = null,
        DateTimeOffset? issuedAt = null,
        string? typ = "at+jwt",
        TestKey? key = null,
        Action<JsonObject>? claims = null,
        Action<JsonObject>? header = null) =>
        (issuer ?? Login).Token(issuedAt ?? Now, subject, AudienceOf(forClient), scope, lifetime, typ, key: key, claims: claims, header: header);

    /// <summary>A good <c>private_key_jwt</c> assertion of one of the two clients, but for the edits.</summary>
    public string Assertion(string client, string ourIssuer, TimeSpan? lifetime = null, TestKey? key = null, Action<JsonObject>? claims = null) =>
        (client == Billing.Issuer ? Billing : Reporting).Assertion(Now, ourIssuer, lifetime, key, claims);
}
