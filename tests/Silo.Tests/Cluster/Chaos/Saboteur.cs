using ExchangeCluster.Silo.Tests.Cluster.Links;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster.Chaos;

/// <summary>Breaks one thing of a cluster after the other, as its dice say, and makes it whole again.</summary>
internal sealed class Saboteur(TestCluster cluster, Dice dice)
{
    public const string Kill = "silo kill -9";
    public const string LeaveAlone = "all but one leave";

    private const int Kinds = 8;

    private static readonly TimeSpan Fault = TimeSpan.FromSeconds(4);

    /// <summary>What has not been drawn in this round.</summary>
    private readonly List<int> left = [];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A fault and its name: none again before each has been drawn. Its task ends when what was broken has been put right.</summary>
    public (string Name, Func<Task> Fault) Next()
    {
        var silo = Any(cluster.Silos);
        return NextKind() switch
        {
            0 => (Kill, () => KillAsync(silo)),
            1 => ("silo SIGTERM", () => StopAsync(silo)),
            2 => ("silo SIGSTOP", () => FreezeAsync(silo)),
            3 => ("store kill -9", KillStoreAsync),
            4 => (LeaveAlone, () => LeaveAloneAsync(silo)),
            5 => ("silo cut from store", () => CutOffAsync(silo)),
            6 => ("two silos cut", () => PartAsync(silo, Any([.. cluster.Silos.Where(other => other != silo)]))),
            _ => ("store SIGSTOP", FreezeStoreAsync),
        };
    }

    private int NextKind()
    {
        if (left.Count == 0)
        {
            left.AddRange(Enumerable.Range(0, Kinds));
        }

        var kind = left[dice.Next(left.Count)];
        left.Remove(kind);
        return kind;
    }

    private ClusterSilo Any(IReadOnlyList<ClusterSilo> silos) => silos[dice.Next(silos.Count)];

    private static async Task KillAsync(ClusterSilo silo)
    {
        await silo.KillAsync();
        await Task.Delay(Fault, TimeProvider.System, Cancelled);
        await TestCluster.LaunchAsync(silo);
    }

    private static async Task StopAsync(ClusterSilo silo)
    {
        await silo.StopAsync();
        await TestCluster.LaunchAsync(silo);
    }

    /// <summary>Some in order, some not.</summary>
    private async Task LeaveAloneAsync(ClusterSilo staying)
    {
        var leaving = cluster.Silos.Where(silo => silo != staying).ToArray();
        await Task.WhenAll(leaving.Select((silo, index) => index % 2 == 0 ? silo.KillAsync() : silo.StopAsync()));
        await Task.Delay(Fault, TimeProvider.System, Cancelled);
        await TestCluster.LaunchAsync(leaving);
    }

    private static async Task FreezeAsync(ClusterSilo silo)
    {
        await silo.FreezeAsync();
        await Task.Delay(Fault, TimeProvider.System, Cancelled);
        await silo.ResumeAsync();
        await silo.ReadyAgainAsync();
    }

    private static async Task CutOffAsync(ClusterSilo silo)
    {
        silo.Links!.Store.Break(LinkFault.Cut);
        await Task.Delay(Fault, TimeProvider.System, Cancelled);
        silo.Links.Store.Heal();
        await silo.ReadyAgainAsync();
    }

    /// <summary>Nobody can dial either of the two: neither hears of the other, though third silos hear both.</summary>
    private async Task PartAsync(ClusterSilo one, ClusterSilo other)
    {
        one.Links!.Peers.Break(LinkFault.Cut);
        other.Links!.Peers.Break(LinkFault.Cut);
        await Task.Delay(Fault, TimeProvider.System, Cancelled);
        one.Links.Peers.Heal();
        other.Links.Peers.Heal();

        // Any may have declared any other dead, which then has ended.
        await Task.WhenAll(cluster.Silos.Select(silo => silo.ReadyAgainAsync()));
    }

    private async Task KillStoreAsync()
    {
        await cluster.Redis.KillAsync();
        await Task.Delay(Fault / 2, TimeProvider.System, Cancelled);
        await cluster.Redis.StartAgainAsync();
    }

    private async Task FreezeStoreAsync()
    {
        await cluster.Redis.FreezeAsync();
        await Task.Delay(Fault, TimeProvider.System, Cancelled);
        await cluster.Redis.ResumeAsync();
    }
}
