using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load.Servers;

/// <summary>A silo: alone on SQLite, or one of a cluster on a Redis.</summary>
internal sealed class SiloServer : IDisposable
{
    private readonly string directory;
    private readonly IPEndPoint management = ServerProcess.FreeEndpoint();

    private SiloServer(Shop shop, string parent, int? core, string? redis, string? keyEncryptionKey, params IEnumerable<(string Name, string Value)> more)
    {
        directory = Directory.CreateTempSubdirectory("silo-").FullName;
        var policy = Path.Combine(directory, "policy.yaml");
        File.WriteAllText(policy, shop.Policy);
        var endpoint = ServerProcess.FreeEndpoint();
        List<(string, string)> settings =
        [
            ("ASPNETCORE_URLS", $"http://{endpoint}"),
            ("ExchangeCluster__ManagementUrl", $"http://{management}"),
            ("ExchangeCluster__PolicyFile", policy),
            ("ExchangeCluster__DataDirectory", Path.Combine(directory, "data")),
            ("ExchangeCluster__SiloPort", Port(ServerProcess.FreeEndpoint())),
            ("ExchangeCluster__GatewayPort", Port(ServerProcess.FreeEndpoint())),
            .. more,
        ];
        if (redis is not null)
        {
            settings.AddRange([("ExchangeCluster__Redis", redis), ("ExchangeCluster__KeyEncryptionKey", keyEncryptionKey!)]);
        }

        Process = ServerProcess.Start([Published.Silo], endpoint, parent, core, settings);
    }

    public ServerProcess Process { get; }

    public static SiloServer Start(Shop shop, string parent, int core, params IEnumerable<(string Name, string Value)> more) => new(shop, parent, core, null, null, more);

    /// <summary>On all cores.</summary>
    public static SiloServer StartFree(Shop shop, string parent) => new(shop, parent, core: null, null, null);

    public static SiloServer Start(Shop shop, string parent, int core, string redis, string keyEncryptionKey) => new(shop, parent, core, redis, keyEncryptionKey);

    /// <summary>Makes the Redis a new cluster's.</summary>
    public static void Initialize(Shop shop, string directory, string redis, string keyEncryptionKey)
    {
        var policy = Path.Combine(directory, "policy.yaml");
        File.WriteAllText(policy, shop.Policy);
        var start = new ProcessStartInfo(Published.Silo, ["initialize"]) { RedirectStandardOutput = true };
        (start.Environment["ExchangeCluster__Redis"], start.Environment["ExchangeCluster__KeyEncryptionKey"]) = (redis, keyEncryptionKey);
        start.Environment["ExchangeCluster__PolicyFile"] = policy;
        using var process = System.Diagnostics.Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException("The store of the cluster could not be initialised.");
        }
    }

    public static string NewKeyEncryptionKey() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    /// <summary>Revokes these subjects, for good where <paramref name="block"/> says so; how long each revocation took to be acknowledged.</summary>
    public async Task<IReadOnlyList<TimeSpan>> RevokeAsync(string adminToken, string issuer, IEnumerable<string> subjects, bool block)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{management}") };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", adminToken);
        var taken = new List<TimeSpan>();
        foreach (var subject in subjects)
        {
            using var body = new StringContent(
                JsonSerializer.Serialize(new { subjects = new[] { new { iss = issuer, sub = subject } }, block }), Encoding.UTF8, "application/json");
            var started = TimeProvider.System.GetTimestamp();
            using var response = await client.PostAsync(new Uri("/admin/revocations", UriKind.Relative), body);
            response.EnsureSuccessStatusCode();
            taken.Add(TimeProvider.System.GetElapsedTime(started));
        }

        return taken;
    }

    /// <summary>How many answers came from this silo's near cache (<c>near</c>), a subject's memory (<c>hit</c>) or a mint (<c>miss</c>).</summary>
    public async Task<double> LookupsAsync(string result)
    {
        using var client = new HttpClient { BaseAddress = new Uri($"http://{management}") };
        var text = await client.GetStringAsync(new Uri("/metrics", UriKind.Relative));
        return text.Split('\n').Where(line => line.StartsWith("exchange_cluster_token_cache_lookups_total", StringComparison.Ordinal) && line.Contains($"\"{result}\"", StringComparison.Ordinal))
            .Sum(line => double.Parse(line.Split("} ")[1].Split(' ')[0], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        Process.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    private static string Port(IPEndPoint endpoint) => endpoint.Port.ToString(CultureInfo.InvariantCulture);
}
