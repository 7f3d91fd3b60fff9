using System.Globalization;
using System.Net;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Stores;
using ExchangeCluster.Silo.TrustedIssuers;

namespace ExchangeCluster.Silo.Administration;

/// <summary>One thing that a silo looked at.</summary>
/// <param name="Name">What.</param>
/// <param name="Ok">False: an operator should act.</param>
/// <param name="Found">For people; never a secret.</param>
internal sealed record SelfCheck(string Name, bool Ok, string Found);

/// <summary>
/// What only a silo can say of itself: its store as it is set now (it was checked at start, and can be reconfigured since), the store's clock, who
/// reaches its ports, and whether the sources of keys answer it.
/// </summary>
internal sealed class SelfExamination(SiloSettings settings, IClusterStore store, KeySetFetcher keys, TimeProvider time)
{
    /// <summary>Beyond it a silo does not answer; half of that is a warning in time.</summary>
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromSeconds(15);

    public async Task<IReadOnlyList<SelfCheck>> ExamineAsync(ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var sources = KeySetOwner.AllOf(snapshot.Policy).Select(source => AskAsync(source.Owner, source.Source, cancellationToken));
        return [.. await ExamineStoreAsync(), .. Ports(), .. await Task.WhenAll(sources)];
    }

    private async Task<IEnumerable<SelfCheck>> ExamineStoreAsync()
    {
        if (store is not RedisClusterStore redis)
        {
            return [new("store", true, "SQLite in the data directory, for this silo alone")];
        }

        try
        {
            var found = await redis.ExamineAsync(settings.Redis!);
            var difference = (found.Time - time.GetUtcNow()).Duration();
            return
            [
                .. found.Settings.Select(setting => new SelfCheck(
                    $"redis {setting.Name}", setting.IsRight, setting.IsRight ? setting.Actual : $"{setting.Actual}, expected {setting.Expected}")),
                new("redis clock", difference <= MaxClockDifference, string.Create(CultureInfo.InvariantCulture, $"{difference.TotalSeconds:0.0} s from this silo's")),
            ];
        }
        catch (RedisStoreException exception)
        {
            return [new("redis", false, exception.Message)];
        }
    }

    private IEnumerable<SelfCheck> Ports()
    {
        foreach (var (name, port) in new[] { ("silo", settings.SiloPort), ("gateway", settings.GatewayPort) })
        {
            yield return Port(name, new IPEndPoint(settings.SiloAddress, port).ToString(), IPAddress.IsLoopback(settings.SiloAddress), settings.SiloTls is not null, "mutual TLS");
        }

        foreach (var url in settings.PublicUrls)
        {
            yield return Port("public", url.ToString(), url.IsLoopback, url.IsHttps, "TLS");
        }

        yield return Port("management", settings.ManagementUrl.ToString(), settings.ManagementUrl.IsLoopback, settings.ManagementUrl.IsHttps, "TLS");
    }

    private static SelfCheck Port(string name, string address, bool isLoopback, bool isProtected, string protection) => new(
        $"{name} port", isLoopback || isProtected, $"{address}, {(isProtected ? protection : isLoopback ? "loopback only" : $"open to the network without {protection}")}");

    private async Task<SelfCheck> AskAsync(KeySetOwner owner, Domain.Policies.KeySetSource source, CancellationToken cancellationToken)
    {
        try
        {
            var fetched = await keys.FetchAsync(source, cancellationToken);
            return new($"keys of {owner}", fetched.KeySet.Keys.Length > 0, $"{fetched.KeySet.Keys.Length} read just now");
        }
        catch (KeySetFetchException exception)
        {
            return new($"keys of {owner}", false, exception.Message);
        }
    }
}
