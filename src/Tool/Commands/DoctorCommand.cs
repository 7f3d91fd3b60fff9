using System.CommandLine;
using System.Globalization;
using ExchangeCluster.Tool.Cluster;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Commands;

/// <summary>
/// <c>exchange doctor</c>: whether every silo is reached and ready, clocks agree, the silos run one policy, issuers' keys are at hand,
/// and our own are fresh; and what each silo finds itself: the settings of its Redis as they are now, who reaches its ports, whether the sources of keys
/// answer it.
/// </summary>
internal static class DoctorCommand
{
    /// <summary>Beyond it tokens of one silo may be refused as too early or too late by another.</summary>
    private static readonly TimeSpan MaxClockDifference = TimeSpan.FromSeconds(5);

    /// <summary>Rotation is every 30 days, and the key has been published as long before.</summary>
    private static readonly TimeSpan MaxKeyAge = TimeSpan.FromDays(62);

    public static Command Create()
    {
        var command = new ClusterCommand("doctor", "Examines silos; ends with 1 where something is wrong.");
        command.SetClusterAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, SiloClient[] silos, CancellationToken cancellation)
    {
        var checks = new List<Check>();
        var revisions = new HashSet<string>(StringComparer.Ordinal);
        foreach (var silo in silos)
        {
            try
            {
                await ExamineAsync(silo, checks, revisions, cancellation);
            }
            catch (Exception e) when (e is SiloFailedException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                checks.Add(new Check(silo.Address, "answers", false, e is SiloFailedException ? e.Message : "otherwise than this tool expects: are they of the same version?"));
            }
        }

        if (silos.Length > 1)
        {
            checks.Add(new Check(silos[0].Address, "one policy", revisions.Count == 1, $"revision {string.Join(" and ", revisions.Order(StringComparer.Ordinal))}"));
        }

        if (terminal.IsJson)
        {
            terminal.WriteJson(new { Checks = checks });
        }
        else
        {
            foreach (var check in checks)
            {
                terminal.Out.WriteLine($"{(check.Ok ? "ok  " : "BAD ")} {check.Silo} {check.Name}: {check.Found}");
            }
        }

        return checks.All(check => check.Ok) ? ExitCode.Success : ExitCode.Findings;
    }

    private static async Task ExamineAsync(SiloClient silo, List<Check> checks, HashSet<string> revisions, CancellationToken cancellation)
    {
        var health = await silo.GetAsync("/health/ready", cancellation);
        checks.Add(new Check(silo.Address, "ready", true, JsonTable.TextOf(health, "reasons") is { Length: > 0 } reasons ? reasons : "yes"));

        var before = TimeProvider.System.GetUtcNow();
        var state = await silo.GetAsync("/admin/state", cancellation);
        var now = TimeProvider.System.GetUtcNow();
        var middle = before + ((now - before) / 2);
        var difference = (state.GetProperty("time").GetDateTimeOffset() - middle).Duration();
        checks.Add(new Check(
            silo.Address, "clock", difference <= MaxClockDifference, string.Create(CultureInfo.InvariantCulture, $"{difference.TotalSeconds:0.0} s from this machine's")));
        revisions.Add(JsonTable.TextOf(state, "policy_revision"));
        foreach (var issuer in state.GetProperty("issuers").EnumerateArray())
        {
            var keys = issuer.GetProperty("keys").GetInt32();
            checks.Add(new Check(silo.Address, $"issuer {JsonTable.TextOf(issuer, "issuer")}", keys > 0, $"{keys} {(keys == 1 ? "key" : "keys")}, {(JsonTable.TextOf(issuer, "fetched_at") is { Length: > 0 } read ? $"read {read}" : "never read")}"));
        }

        foreach (var check in (await silo.GetAsync("/admin/checks", cancellation)).GetProperty("checks").EnumerateArray())
        {
            checks.Add(new Check(silo.Address, JsonTable.TextOf(check, "name"), check.GetProperty("ok").GetBoolean(), JsonTable.TextOf(check, "found")));
        }

        foreach (var key in (await silo.GetAsync("/admin/keys", cancellation)).GetProperty("keys").EnumerateArray().Where(key => key.GetProperty("signs_now").GetBoolean()))
        {
            var age = now - key.GetProperty("published_at").GetDateTimeOffset();
            checks.Add(new Check(
                silo.Address, $"key {JsonTable.TextOf(key, "alg")}", age <= MaxKeyAge, string.Create(CultureInfo.InvariantCulture, $"{age.TotalDays:0} days old")));
        }
    }

    private sealed record Check(Uri Silo, string Name, bool Ok, string Found);
}
