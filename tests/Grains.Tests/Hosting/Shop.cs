using System.Collections.Frozen;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>Whoever takes part in <see cref="ShopPolicy"/>, with their keys.</summary>
internal sealed class Shop
{
    public const string Web = "web";
    public const string Orders = "orders";
    public const string Catalog = "catalog";

    /// <summary>A client that proves itself by assertions.</summary>
    public const string Robot = "robot";

    public const string Issuer = "https://sts.shop.example";

    /// <summary>Every client's secret; it must turn up nowhere.</summary>
    public const string Secret = "canary-secret-of-every-client";

    private readonly DateTimeOffset now;

    public Shop(DateTimeOffset now)
    {
        this.now = now;
        KeyRing = KeyRing.Create(KeyRotation.Plan(null, now, new KeyRotationSettings()));
    }

    public TestIssuer Login { get; } = new("https://login.shop.example");

    public TestIssuer RobotKeys { get; } = new(Robot);

    public KeyRing KeyRing { get; }

    public static ClientCredentials Credentials(string client, string secret = Secret) =>
        new ClientCredentials.Secret(client, new SensitiveText(secret));

    public static string AudienceOf(string service) => $"https://{service}.shop.example";

    public ClusterSnapshot Snapshot() => new()
    {
        Versions = new StateVersions(1, 1, 1, 1, 1),
        Policy = ShopPolicy.Create(Issuer, Login.Issuer, Secret),
        KeyRing = KeyRing,
        IssuerKeys = KeySets(Login.Issuer, Login.KeySet(now)),
        ClientKeys = KeySets(Robot, RobotKeys.KeySet(now)),
        Revocations = new RevocationBuilder().ToSnapshot(new Guid("7f1c2c1e-8f4b-4a57-9f43-2d0a3d6f1a11")),
    };

    /// <summary>The snapshot once <paramref name="login"/>'s keys have replaced the old ones.</summary>
    public ClusterSnapshot WithIssuerKeys(ClusterSnapshot snapshot, TestIssuer login) => new()
    {
        Versions = snapshot.Versions with { IssuerKeys = snapshot.Versions.IssuerKeys + 1 },
        Policy = snapshot.Policy,
        KeyRing = snapshot.KeyRing,
        IssuerKeys = KeySets(login.Issuer, login.KeySet(now)),
        ClientKeys = snapshot.ClientKeys,
        Revocations = snapshot.Revocations,
    };

    private static FrozenDictionary<string, KeySet> KeySets(string owner, KeySet keys) =>
        new Dictionary<string, KeySet>(StringComparer.Ordinal) { [owner] = keys }.ToFrozenDictionary(StringComparer.Ordinal);
}
