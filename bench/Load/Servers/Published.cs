using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ExchangeCluster.Load.Servers;

/// <summary>
/// The Release builds that are measured, as <c>dotnet publish</c> makes them: all compiled ahead of time, as one would deploy them, the silo together with
/// its runtime.
/// </summary>
internal static class Published
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(SourceFile())!, "..", "..", ".."));

    private static readonly string Platform = RuntimeInformation.OSArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";

    private static readonly string[] ReadyToRun = ["-r", Platform, "--self-contained", "false", "-p:PublishReadyToRun=true"];

    public static string Directory { get; } = Path.Combine(Root, "bench", "Load", "obj", "published");

    public static string Silo => Path.Combine(Directory, "Silo", "ExchangeCluster.Silo");

    public static string Floor => Path.Combine(Directory, "Floor", "ExchangeCluster.Floor.dll");

    public static string OpenIddict => Path.Combine(Directory, "OpenIddict", "ExchangeCluster.OpenIddict.dll");

    public static string Probe => Path.Combine(Directory, "Probe", "ExchangeCluster.Probe.dll");

    public static string NodePeer => Path.Combine(Root, "bench", "Peers", "Node");

    /// <exception cref="InvalidOperationException">A project doesn't build.</exception>
    public static void Build()
    {
        Publish("src/Silo", "Silo", "-r", Platform, "--self-contained");
        Publish("bench/Peers/Floor", "Floor", ReadyToRun);
        Publish("bench/Peers/OpenIddict", "OpenIddict", ReadyToRun);
        Publish("bench/Probe", "Probe");
    }

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
