using System.CommandLine;
using ExchangeCluster.Tool.Cluster;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange silos</c> and <c>exchange keys</c>: what a cluster is made of.</summary>
internal static class SilosCommand
{
    public static Command Create()
    {
        var command = new ClusterCommand("silos", "Lists the silos of the cluster.");
        command.SetClusterAction(async (_, terminal, silos, cancellation) =>
        {
            JsonTable.Write(terminal, await silos[0].GetAsync("/admin/silos", cancellation), "silos", "silo", "status", "name");
            return ExitCode.Success;
        });
        return command;
    }

    public static Command CreateKeys()
    {
        var command = new ClusterCommand("keys", "Lists the signing keys of the cluster, and which of them sign.");
        command.SetClusterAction(async (_, terminal, silos, cancellation) =>
        {
            JsonTable.Write(
                terminal, await silos[0].GetAsync("/admin/keys", cancellation), "keys", "kid", "alg", "published_at", "signs_from", "signs_now");
            return ExitCode.Success;
        });
        return command;
    }
}
