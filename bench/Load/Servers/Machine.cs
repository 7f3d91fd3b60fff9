using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ExchangeCluster.Load.Servers;

/// <summary>The machine of a run: which core drives, which serves, and what its signatures cost.</summary>
internal static class Machine
{
    public const int DriverCore = 0;

    public static int ServerCore { get; } = Environment.ProcessorCount - 1;

    /// <summary>As taskset writes it.</summary>
    public static string AllCores { get; } = string.Create(CultureInfo.InvariantCulture, $"0-{Environment.ProcessorCount - 1}");

    public static string Description =>
        $"{ProcessorName()}, {(ServerCore + 1).ToString(CultureInfo.InvariantCulture)} logical cores, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>Leaves the server's core alone.</summary>
    public static void PinDriver()
    {
        using var self = Process.GetCurrentProcess();
        if (OperatingSystem.IsLinux())
        {
            self.ProcessorAffinity = 1 << DriverCore;
        }
    }

    /// <summary>What OpenSSL's own benchmark needs for ES256 on the server's core, in microseconds.</summary>
    public static (double SignUs, double VerifyUs) Es256Cost()
    {
        var fields = Run("taskset", "-c", ServerCore.ToString(CultureInfo.InvariantCulture), "openssl", "speed", "-seconds", "1", "ecdsap256")
            .Split('\n').Last(line => line.Contains("nistp256", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (1e6 / double.Parse(fields[^2], CultureInfo.InvariantCulture), 1e6 / double.Parse(fields[^1], CultureInfo.InvariantCulture));
    }

    public static bool Has(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    public static string Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var printed = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return printed;
    }

    private static string ProcessorName() =>
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor";
}
