using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.SubjectTokens;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Clients;

/// <summary>Four services: one with secrets, two with keys, one that may not exchange.</summary>
internal static class ClientScene
{
    public const string Secret = "correct-horse-battery-staple";
    public const string NextSecret = "another-horse-battery-staple";

    public static readonly DateTimeOffset Now = Scene.Now;

    /// <summary>A client is the issuer of its own assertions.</summary>
    public static readonly TestIssuer Orders = new("orders", Scene.Es256, Scene.Es384, Scene.Rs256, Scene.Ps256);

    public static readonly TestIssuer Catalog = new("catalog", TestKey.Create("ES256", "es256"));

    public static readonly TestIssuer Retired = new("retired", TestKey.Create("ES256", "es256"));

    public static readonly PolicySnapshot Policy = Scene.PolicyOf(
        [],
        [
            ServiceOf("web", secrets: [Secret, NextSecret]),
            ServiceOf("geolocation", secrets: [Secret]),
            ServiceOf("orders", hasKeys: true),
            ServiceOf("catalog", hasKeys: true),
            ServiceOf("retired", secrets: [Secret], hasKeys: true, mayExchange: false),
            ServiceOf("silent"),
        ]);

    public static readonly IReadOnlyDictionary<string, KeySet> ClientKeys = new Dictionary<string, KeySet>
    {
        ["orders"] = Orders.KeySet(Now),
        ["catalog"] = Catalog.KeySet(Now),
        ["retired"] = Retired.KeySet(Now),

        // The policy gives it no keys: these must not count.
        ["web"] = Orders.KeySet(Now),
    };

    public static ClientAuthenticationOutcome WithSecret(string clientId, string secret) =>
        ClientAuthenticator.Authenticate(
            new ClientCredentials.Secret(clientId, new SensitiveText(secret)), Policy, ClientKeys, Now);

    public static ClientAuthenticationOutcome WithAssertion(
        string jwt, string? clientId = null, IReadOnlyDictionary<string, KeySet>? clientKeys = null, DateTimeOffset? now = null) =>
        ClientAuthenticator.Authenticate(
            new ClientCredentials.Assertion(clientId, new SensitiveText(jwt)), Policy, clientKeys ?? ClientKeys, now ?? Now);

    public static void Refused(ClientAuthenticationOutcome outcome, RefusalReason reason = RefusalReason.ClientAuthenticationFailed)
    {
        Assert.Null(outcome.Client);
        Assert.Null(outcome.Spend);
        Assert.Equal(reason, outcome.Refusal?.Reason);
    }

    private static Service ServiceOf(string name, string[]? secrets = null, bool hasKeys = false, bool mayExchange = true) => new()
    {
        Name = name,
        Domain = "shop",
        Audience = $"https://{name}.shop.example",
        Scopes = ScopeSet.Empty,
        Credentials = new ServiceCredentials
        {
            SecretHashes = [.. (secrets ?? []).Select(secret => ClientSecretHash.Of(new SensitiveText(secret)))],
            KeySet = hasKeys ? new KeySetSource(JwksUri: new Uri($"https://{name}.shop.example/jwks")) : null,
        },
        Grants = mayExchange ? Grants.All : Grants.None,
        SigningAlgorithm = "ES256",
    };
}
