using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using ExchangeCluster.Load.Servers;

namespace ExchangeCluster.Load.Driving;

/// <summary>Another driver, to check ours by: <c>wrk</c>, closed loop, with one request over and over.</summary>
internal static partial class Wrk
{
    public static bool IsThere => Machine.Has("wrk");

    /// <returns>Answers a second.</returns>
    /// <exception cref="InvalidOperationException">wrk failed, or the server answered with anything but success.</exception>
    public static double Run(byte[] request, IPEndPoint server, string directory, int seconds)
    {
        var script = Path.Combine(directory, "request.lua");
        File.WriteAllText(script, ScriptOf(Encoding.ASCII.GetString(request)));
        var printed = Machine.Run("wrk", "-t1", "-c32", $"-d{seconds.ToString(CultureInfo.InvariantCulture)}s", "-s", script, $"http://{server}");
        var rate = RatePattern().Match(printed);
        return rate.Success && !printed.Contains("Non-2xx", StringComparison.Ordinal)
            ? double.Parse(rate.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"wrk printed:\n{printed}");
    }

    private static string ScriptOf(string request)
    {
        var parts = request.Split("\r\n\r\n", 2);
        var lines = parts[0].Split("\r\n");
        var script = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"wrk.method = \"POST\"\nwrk.path = \"{lines[0].Split(' ')[1]}\"\nwrk.body = \"{parts[1]}\"\n");
        foreach (var header in lines.Skip(1).Select(line => line.Split(": ", 2)).Where(header => header[0] is not ("Host" or "Content-Length")))
        {
            script.Append(CultureInfo.InvariantCulture, $"wrk.headers[\"{header[0]}\"] = \"{header[1]}\"\n");
        }

        return script.ToString();
    }

    [GeneratedRegex(@"Requests/sec:\s+([0-9.]+)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex RatePattern();
}
