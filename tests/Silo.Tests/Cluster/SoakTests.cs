using System.Globalization;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Silo.Tests.Stores;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>
/// Group X of the fault catalogue: the same load for long. Two silos on a Redis, in this process, so that it is known what they hold after a
/// collection. Seconds in every run; <c>SOAK_SECONDS=86400</c> takes a day.
/// </summary>
[Collection<SoakCollection>]
public sealed class SoakTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Subjects = 40;

    /// <summary>Far fewer than there are in the life of a login.</summary>
    private const int RoundsOfALogin = 500;

    private const int MoreHandles = 16;
    private const int MoreKeys = 4;
    private const long MoreBytes = 16 * 1024 * 1024;

    private readonly ShopParties parties = new();
    private readonly string key = KeyEncryptionKey.Generate().RevealBase64();
    private readonly List<SiloFixture> silos = [];
    private readonly string[] logins = new string[Subjects];
    private RedisServer redis = null!;
    private int rounds;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        redis = await RedisServer.StartAsync();
        await TestCluster.InitializeStoreAsync(redis);
        silos.Add(await StartSiloAsync());
        silos.Add(await StartSiloAsync());
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var silo in silos)
        {
            await silo.DisposeAsync();
        }

        await redis.DisposeAsync();
    }

    [Fact]
    public async Task Fault_X10_Holds_no_more_at_the_end_of_a_long_load_than_in_its_middle()
    {
        var half = TimeSpan.FromSeconds(int.Parse(Environment.GetEnvironmentVariable("SOAK_SECONDS") ?? "6", CultureInfo.InvariantCulture)) / 2;
        var (_, warm) = (await LoadAsync(half), await HeldAsync());
        var (answers, end) = (await LoadAsync(half), await HeldAsync());

        output.WriteLine($"In the middle: {warm}; after {answers} answers more: {end}");
        Assert.True(answers > 2 * Subjects, $"Too little happened to say anything: {answers} answers");
        Assert.True(end.Handles <= warm.Handles + MoreHandles, $"Handles: {warm} became {end}");
        Assert.True(end.Keys <= warm.Keys + MoreKeys, $"Keys: {warm} became {end}");
        Assert.True(end.Bytes <= warm.Bytes + MoreBytes, $"Bytes: {warm} became {end}");
    }

    /// <summary>Rounds, each over connections of its own: exchanges, introspections, and tokens that are refused.</summary>
    private async Task<int> LoadAsync(TimeSpan length)
    {
        var answers = 0;
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < length)
        {
            // One is new in each round, so that it is not all answered from the near cache, and few are, so that this is not what fills.
            foreach (var subject in Enumerable.Range(0, rounds++ % RoundsOfALogin == 0 ? Subjects : 1))
            {
                logins[subject] = parties.SubjectToken(forClient: "web", subject: $"soak-{subject}", claims: claims => claims["country"] = "NO");
            }

            using var first = new HttpClient { BaseAddress = silos[0].PublicUrl };
            using var second = new HttpClient { BaseAddress = silos[1].PublicUrl };
            await Task.WhenAll(Enumerable.Range(0, Subjects).Select(subject => AskAsync(subject % 2 == 0 ? first : second, subject)));
            answers += 3 * Subjects;
        }

        return answers;
    }

    private async Task AskAsync(HttpClient silo, int subject)
    {
        var login = logins[subject];
        var question = new TokenForm();
        question.Add(ParameterNames.Token, login);
        question.UseBasic("orders", ShopParties.SecretOf("orders"));
        await SendAsync(silo, "/oauth/token", RevocationShop.Form("web", login, "orders"), isGood: true);
        await SendAsync(silo, "/oauth/introspect", question, isGood: true);
        await SendAsync(silo, "/oauth/token", RevocationShop.Form("web", login + "A", "orders"), isGood: false);
    }

    private static async Task SendAsync(HttpClient silo, string path, TokenForm form, bool isGood)
    {
        using var request = form.ToRequest();
        request.RequestUri = new Uri(path, UriKind.Relative);
        using var response = await silo.SendAsync(request, Cancelled);
        Assert.Equal(isGood, response.IsSuccessStatusCode);
    }

    private async Task<Held> HeldAsync()
    {
        var keys = (int)await redis.ExecuteAsync("DBSIZE");
        var bytes = GC.GetTotalMemory(forceFullCollection: true);
        return new(Directory.GetFiles("/proc/self/fd").Length, keys, bytes);
    }

    private Task<SiloFixture> StartSiloAsync() => SiloFixture.StartAsync(
        _ => RevocationShopPolicy.Text(TestCluster.Issuer, parties),
        Cancelled,
        builder => builder.Logging.ClearProviders(),
        settings:
        [
            $"--ExchangeCluster:Redis={redis.Address}", $"--ExchangeCluster:KeyEncryptionKey={key}", "--ExchangeCluster:DrainSeconds=1",
            string.Create(CultureInfo.InvariantCulture, $"--ExchangeCluster:SiloPort={FreePort.Find()}"),
            string.Create(CultureInfo.InvariantCulture, $"--ExchangeCluster:GatewayPort={FreePort.Find()}"),
        ]);

    private sealed record Held(int Handles, int Keys, long Bytes);
}

/// <summary>What it counts is the process's: nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class SoakCollection;
