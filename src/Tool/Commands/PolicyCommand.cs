using System.CommandLine;
using System.Text.Json;
using ExchangeCluster.Tool.Cluster;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange policy publish</c> and <c>exchange policy shadow</c>: a policy becomes the cluster's, or stands beside it first.</summary>
internal static class PolicyCommand
{
    private const string CandidatePath = "/admin/policy/candidate";

    public static Command Create() => new("policy", "Publishes a policy, or tries it beside the live one.")
    {
        Publish(),
        new Command("shadow", "A candidate that decides beside the live policy of each silo, and acts upon nothing.") { Start(), Show(), Stop() },
    };

    private static ClusterCommand Publish()
    {
        var file = PolicyText.Argument();
        var command = new ClusterCommand("publish", "Publishes a policy of a higher revision to the whole cluster.") { file };
        command.SetClusterAction((parsed, terminal, silos, cancellation) => WithFileAsync(parsed, terminal, file, async policy =>
        {
            var answer = await silos[0].SendPolicyAsync(HttpMethod.Put, "/admin/policy", policy, cancellation);
            if (terminal.IsJson)
            {
                terminal.WriteJson(answer);
                return ExitCode.Success;
            }

            terminal.Out.WriteLine(answer.GetProperty("outcome").GetString());
            foreach (var warning in answer.GetProperty("warnings").EnumerateArray())
            {
                terminal.Out.WriteLine($"warning: {policy.Named(warning.GetString()!)}");
            }

            return ExitCode.Success;
        }, cancellation));
        return command;
    }

    private static ClusterCommand Start()
    {
        var file = PolicyText.Argument();
        var command = new ClusterCommand("start", "Sets the candidate.") { file };
        command.SetClusterAction((parsed, terminal, silos, cancellation) => WithFileAsync(parsed, terminal, file, async policy =>
        {
            foreach (var silo in silos)
            {
                await silo.SendPolicyAsync(HttpMethod.Put, CandidatePath, policy, cancellation);
            }

            return await ShowAsync(terminal, silos, cancellation);
        }, cancellation));
        return command;
    }

    private static ClusterCommand Show()
    {
        var command = new ClusterCommand("show", "Tells what the candidate would have decided otherwise; ends with 1 where there is anything.");
        command.SetClusterAction((_, terminal, silos, cancellation) => ShowAsync(terminal, silos, cancellation));
        return command;
    }

    private static ClusterCommand Stop()
    {
        var command = new ClusterCommand("stop", "Ends it.");
        command.SetClusterAction(async (_, terminal, silos, cancellation) =>
        {
            foreach (var silo in silos)
            {
                await silo.SendAsync(HttpMethod.Delete, CandidatePath, null, cancellation, NoCandidateAt(silo));
            }

            if (terminal.IsJson)
            {
                terminal.WriteJson(new { Stopped = true });
            }
            else
            {
                terminal.Out.WriteLine("stopped");
            }

            return ExitCode.Success;
        });
        return command;
    }

    private static string NoCandidateAt(SiloClient silo) => $"No candidate stands beside the policy of {silo.Address}.";

    private static async Task<int> ShowAsync(Terminal terminal, SiloClient[] silos, CancellationToken cancellation)
    {
        var found = new List<JsonElement>();
        foreach (var silo in silos)
        {
            found.Add(await silo.GetAsync(CandidatePath, cancellation, NoCandidateAt(silo)));
        }

        return ComparisonText.Write(terminal, found);
    }

    private static async Task<int> WithFileAsync(
        ParseResult parsed, Terminal terminal, Argument<string> file, Func<PolicyText, Task<int>> run, CancellationToken cancellation)
    {
        var (policy, why) = await PolicyText.ReadAsync(parsed.GetRequiredValue(file), cancellation);
        return policy is null ? terminal.Fail(why!, ExitCode.Usage) : await run(policy);
    }
}
