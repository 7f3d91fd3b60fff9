using System.Globalization;

namespace ExchangeCluster.Silo.Tests.Cluster.Links;

/// <summary>Which process a connection belongs to, by what Linux tells of processes of the same user.</summary>
internal static class SocketOwner
{
    private const int LocalAddress = 1;
    private const int Inode = 9;

    /// <summary>Whether the process has a connection whose own port is this one.</summary>
    public static bool Has(int processId, int port)
    {
        var end = string.Create(CultureInfo.InvariantCulture, $":{port:X4}");
        var sockets = File.ReadLines("/proc/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields[LocalAddress].EndsWith(end, StringComparison.Ordinal))
            .Select(fields => $"socket:[{fields[Inode]}]")
            .ToHashSet(StringComparer.Ordinal);
        return new DirectoryInfo(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/fd"))
            .EnumerateFiles().Any(handle => handle.LinkTarget is { } target && sockets.Contains(target));
    }
}
