using System.CommandLine;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Cluster;

/// <summary>A command that asks a cluster: its options, and what is done when the cluster can't be asked.</summary>
internal sealed class ClusterCommand : Command
{
    private readonly Option<string[]> urls = ClusterOptions.Urls();
    private readonly Option<string?> tokenFile = ClusterOptions.TokenFile();

    public ClusterCommand(string name, string description)
        : base(name, description)
    {
        Add(urls);
        Add(tokenFile);
    }

    /// <summary>True when the command line names a silo.</summary>
    public bool NamesCluster(ParseResult parsed) => parsed.GetValue(urls) is { Length: > 0 };

    /// <param name="run">Is given the silos to ask, the first of which speaks for the cluster.</param>
    public void SetClusterAction(Func<ParseResult, Terminal, SiloClient[], CancellationToken, Task<int>> run) => SetAction(async (parsed, cancellation) =>
    {
        var terminal = Terminal.Of(parsed);
        return await RunAsync(parsed, terminal, silos => run(parsed, terminal, silos, cancellation), cancellation);
    });

    public async Task<int> RunAsync(ParseResult parsed, Terminal terminal, Func<SiloClient[], Task<int>> run, CancellationToken cancellation)
    {
        var named = parsed.GetValue(urls) is { Length: > 0 } some ? some
            : [Environment.GetEnvironmentVariable(ClusterOptions.UrlVariable) ?? ClusterOptions.DefaultUrl];
        var addresses = named.Select(url => Uri.TryCreate(url, UriKind.Absolute, out var found) && found.Scheme is "http" or "https" ? found : null).ToArray();
        if (addresses.Any(url => url is null))
        {
            return terminal.Fail("--cluster takes URLs such as " + ClusterOptions.DefaultUrl, ExitCode.Usage);
        }

        string? token;
        try
        {
            token = parsed.GetValue(tokenFile) is { } file
                ? (await File.ReadAllTextAsync(file, cancellation)).Trim()
                : Environment.GetEnvironmentVariable(ClusterOptions.TokenVariable);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return terminal.Fail($"--token-file can't be read: {e.Message}", ExitCode.Usage);
        }

        if (token?.Any(char.IsControl) == true)
        {
            return terminal.Fail($"The token in {(parsed.GetValue(tokenFile) ?? ClusterOptions.TokenVariable)} holds characters that no token has.", ExitCode.Usage);
        }

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
        try
        {
            return await run([.. addresses.Select(address => new SiloClient(http, address!, token))]);
        }
        catch (SiloFailedException failure)
        {
            return terminal.Fail(failure.Message, failure.Code);
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            // A member that JSON has not, or has as something else.
            return terminal.Fail($"{addresses[0]} answers otherwise than this tool expects: are they of the same version?", ExitCode.Unavailable);
        }
    }
}
