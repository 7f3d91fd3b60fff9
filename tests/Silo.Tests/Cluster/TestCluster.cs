using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Stores;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Silo.Tests.Cluster.Links;
using ExchangeCluster.Silo.Tests.Stores;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>
/// A Redis and three silos as processes, each with a policy file of its own, and everyone who talks to them. Tests of
/// <see cref="ClusterCollection"/> share one and leave it whole.
/// </summary>
public sealed class TestCluster : IAsyncLifetime
{
    public const string Issuer = "https://sts.shop.example";

    private int size = 3;
    private bool hasLinks;
    private string? assembly;

    public ShopParties Parties { get; } = new();

    internal RedisServer Redis { get; private set; } = null!;

    internal IReadOnlyList<ClusterSilo> Silos { get; private set; } = [];

    /// <summary>One for a test that leaves it in ruins.</summary>
    /// <param name="size">How many silos.</param>
    /// <param name="hasLinks">Whether what connects them can be broken.</param>
    /// <param name="assembly">Another build of the silo; null: this one.</param>
    public static async Task<TestCluster> StartAsync(int size, bool hasLinks = false, string? assembly = null)
    {
        var cluster = new TestCluster { size = size, hasLinks = hasLinks, assembly = assembly };
        await cluster.InitializeAsync();
        return cluster;
    }

    public async ValueTask InitializeAsync()
    {
        Redis = await RedisServer.StartAsync();
        await InitializeStoreAsync();
        var key = KeyEncryptionKey.Generate().RevealBase64();
        Silos = [.. Enumerable.Range(0, size).Select(_ => new ClusterSilo(
            Policy(), hasLinks ? new SiloLinks(Redis.Port) : null, $"--ExchangeCluster:Redis={Redis.Address}", $"--ExchangeCluster:KeyEncryptionKey={key}", "--ExchangeCluster:DrainSeconds=1"))];
        foreach (var silo in Silos)
        {
            silo.Assembly = assembly ?? silo.Assembly;
        }

        await LaunchAsync([.. Silos]);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in Silos)
        {
            await silo.DisposeAsync();
        }

        await Redis.DisposeAsync();
    }

    internal Task InitializeStoreAsync() => InitializeStoreAsync(Redis);

    internal static async Task InitializeStoreAsync(RedisServer redis)
    {
        using var store = RedisClusterStore.Open(RedisAddress.Parse(redis.Address));
        await store.InitializeAsync(TestContext.Current.CancellationToken);
    }

    /// <summary>What an operator does when silos still know what the store lost. Silos are not kept waiting for as long as by the command.</summary>
    internal async Task RecoverStoreAsync()
    {
        using var store = RedisClusterStore.Open(RedisAddress.Parse(Redis.Address));
        Assert.NotEqual(0, await store.BeginAnewAsync(TimeSpan.FromSeconds(3), new ReplicationOptions().DropAfter, TestContext.Current.CancellationToken));
    }

    internal Task AllAreReadyAsync() => Task.WhenAll(Silos.Select(silo => Eventually.HoldsAsync(silo.IsReadyAsync, TestContext.Current.CancellationToken)));

    internal static async Task LaunchAsync(params ClusterSilo[] silos)
    {
        foreach (var silo in silos)
        {
            silo.Launch();
        }

        await Task.WhenAll(silos.Select(silo => silo.ReadyAsync()));
    }

    /// <summary>With one more client than the policy of the revocation tests: <c>reporting</c>, which authenticates by assertion.</summary>
    public string Policy(int revision = 1) => RevocationShopPolicy.Text(Issuer, Parties, revision)
        .Replace("from: [web, mobile]", "from: [web, mobile, reporting]", StringComparison.Ordinal)
        .Replace("https://mobile.shop.example]", "https://mobile.shop.example, https://reporting.shop.example]", StringComparison.Ordinal)
        + $$"""

              reporting:
                domain: shop
                audience: https://reporting.shop.example
                credentials: { jwks: {{Parties.Reporting.Jwks}} }
                scopes: [browse, orders.place]
            """;

    public string Login(string subject, string forClient = "web") =>
        Parties.SubjectToken(forClient: forClient, subject: subject, claims: claims => claims["country"] = "NO");

    /// <summary>A token that is as old as tokens may be.</summary>
    public string OldLogin(string subject) => Parties.SubjectToken(
        forClient: "web", subject: subject, claims: claims => (claims["country"], claims["iat"]) = ("NO", TimeProvider.System.GetUtcNow().AddMinutes(-50).ToUnixTimeSeconds()));

    internal static Task<Reply> ExchangeAsync(ClusterSilo silo, string subjectToken, string client = "web", string audience = "orders") =>
        silo.PostAsync("/oauth/token", RevocationShop.Form(client, subjectToken, audience));

    /// <summary>An exchange by <c>reporting</c>, with this assertion.</summary>
    internal static Task<Reply> ExchangeByAssertionAsync(ClusterSilo silo, string subjectToken, string assertion)
    {
        var form = TokenForm.Exchange(subjectToken);
        form.UseAssertion(assertion);
        form.Add(ParameterNames.Audience, "orders");
        return silo.PostAsync("/oauth/token", form);
    }

    /// <summary>Asks until it is no longer unavailable.</summary>
    internal static async Task<Reply> RetryAsync(Func<Task<Reply>> ask)
    {
        Reply reply = null!;
        await Eventually.HoldsAsync(async () => !(reply = await ask()).IsUnavailable, TestContext.Current.CancellationToken);
        return reply;
    }

    internal static async Task<bool> AnswersAsync(ClusterSilo silo, string login) => (await ExchangeAsync(silo, login)).IsIssued;

    /// <summary>Waits until every silo refuses, and says that it isn't ready.</summary>
    internal Task AllRefuseAsync() => Task.WhenAll(Silos.Select(silo => Eventually.HoldsAsync(
        async () => (await ExchangeAsync(silo, Login("zara"))).Status == HttpStatusCode.ServiceUnavailable && !await silo.IsReadyAsync(),
        TestContext.Current.CancellationToken)));

    /// <summary>Waits until every silo issues, and says that it is ready.</summary>
    internal Task AllAnswerAsync() => Task.WhenAll(Silos.Select(silo => Eventually.HoldsAsync(
        async () => (await ExchangeAsync(silo, Login("zara"))).IsIssued && await silo.IsReadyAsync(), TestContext.Current.CancellationToken)));

    /// <summary>
    /// Waits until each silo knows every other, and nobody waits any longer for one that has gone: a silo that is ready is not at once known to all.
    /// </summary>
    internal Task IsWholeAsync() => Task.WhenAll(Silos.Select(silo => Eventually.HoldsAsync(
        async () => await TryRevokeAsync(silo, "nobody") is { Status: HttpStatusCode.OK, Json: var receipt }
            && receipt.GetProperty("silos_confirmed").GetInt32() == Silos.Count && receipt.GetProperty("silos_fenced").GetInt32() == 0,
        TestContext.Current.CancellationToken)));

    internal static async Task<bool> IsActiveAsync(ClusterSilo silo, string client, string token)
    {
        var form = new TokenForm();
        form.Add(ParameterNames.Token, token);
        form.UseBasic(client, ShopParties.SecretOf(client));
        var reply = await silo.PostAsync("/oauth/introspect", form);
        Assert.Equal(HttpStatusCode.OK, reply.Status);
        return reply.Json.GetProperty("active").GetBoolean();
    }

    /// <summary>A token for the management API.</summary>
    internal Task<Reply> AdminAsync(ClusterSilo silo) =>
        ExchangeAsync(silo, Parties.SubjectToken(subject: "root", scope: "exchange.admin"), audience: "sts");

    /// <summary>Revokes subjects over the management API of one silo.</summary>
    internal async Task<Reply> RevokeAsync(ClusterSilo silo, params string[] subjects) =>
        await TryRevokeAsync(silo, subjects) ?? throw new InvalidOperationException("There is no token for an administrator.");

    /// <summary>The same; null when the silo gives no token for an administrator.</summary>
    internal async Task<Reply?> TryRevokeAsync(ClusterSilo silo, params string[] subjects)
    {
        var admin = await AdminAsync(silo);
        if (!admin.IsIssued)
        {
            return null;
        }

        using var body = JsonContent.Create(new JsonObject
        {
            ["subjects"] = new JsonArray([.. subjects.Select(subject => new JsonObject { ["iss"] = Parties.Login.Issuer, ["sub"] = subject })]),
        });
        return await silo.RevokeAsync(admin.AssertIssued().Token, body);
    }
}

/// <summary>Several processes at once leave no room for other tests beside them.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ClusterCollection : ICollectionFixture<TestCluster>;
