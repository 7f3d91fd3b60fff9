using System.CommandLine;

namespace ExchangeCluster.Tool.Cluster;

/// <summary>Which silos a command asks, and by what right.</summary>
internal static class ClusterOptions
{
    /// <summary>The management listener that a silo has by default.</summary>
    public const string DefaultUrl = "http://127.0.0.1:5081";

    public const string UrlVariable = "EXCHANGE_CLUSTER";

    /// <summary>Never an argument: those are seen by every user of the machine.</summary>
    public const string TokenVariable = "EXCHANGE_TOKEN";

    public static Option<string[]> Urls() => new("--cluster")
    {
        Description = $"Management URL of a silo; several times for several silos. Default: {UrlVariable}, else {DefaultUrl}.",
        AllowMultipleArgumentsPerToken = false,
    };

    public static Option<string?> TokenFile() => new("--token-file")
    {
        Description = $"File with an access token that grants exchange.admin. Default: the token in {TokenVariable}.",
    };
}
