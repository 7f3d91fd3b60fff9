using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExchangeCluster.Load.Servers;

/// <summary>The Release builds that are measured, as <c>dotnet publish</c> makes them.</summary>
internal static class Published
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SourceFile())!, "..", "..", ".."));

    public static string Directory { get; } = Path.Combine(Root, "bench", "Load", "obj", "published");

    public static string Silo => Path.Combine(Directory, "Silo", "ExchangeCluster.Silo.dll");

    /// <summary>Compiled ahead of time, as one would deploy it: for its start.</summary>
    public static string ReadyToRunSilo => Path.Combine(Directory, "ReadyToRun", "ExchangeCluster.Silo.dll");

    public static string Floor => Path.Combine(Directory, "Floor", "ExchangeCluster.Floor.dll");

    public static string OpenIddict => Path.Combine(Directory, "OpenIddict", "ExchangeCluster.OpenIddict.dll");

    public static string Probe => Path.Combine(Directory, "Probe", "ExchangeCluster.Probe.dll");

    public static string NodePeer => Path.Combine(Root, "bench", "Peers", "Node");

    /// <exception cref="InvalidOperationException">A project doesn't build.</exception>
    public static void Build()
    {
        Publish("src/Silo", "Silo");
        Publish("bench/Peers/Floor", "Floor");
        Publish("bench/Peers/OpenIddict", "OpenIddict");
        Publish("bench/Probe", "Probe");
    }

    /// <exception cref="InvalidOperationException">The compiler can't be had.</exception>
    public static void BuildReadyToRun() => Publish(
        "src/Silo", "ReadyToRun", "-r", RuntimeInformation.RuntimeIdentifier.Contains("arm64", StringComparison.Ordinal) ? "linux-arm64" : "linux-x64", "--self-contained", "false", "-p:PublishReadyToRun=true");

    private static void Publish(string project, string name, params string[] more)
    {
        var start = new ProcessStartInfo(
            "dotnet",
            ["publish", Path.Combine(Root, project), "-c", "Release", "-o", Path.Combine(Directory, name), "-v", "q", "--nologo", "-clp:ErrorsOnly", "-p:RunAnalyzers=false", .. more])
        {
            RedirectStandardOutput = true,
        };
        using var process = Process.Start(start)!;
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{project} can't be published:\n{printed}");
        }
    }

    private static string SourceFile([CallerFilePath] string path = "") => path;
}
