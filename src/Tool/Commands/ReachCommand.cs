using System.CommandLine;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange reach service</c>: what a stolen token of the service can become.</summary>
internal static class ReachCommand
{
    public static Command Create()
    {
        var service = new Argument<string>("service") { Description = "The service whose token is stolen." };
        var command = new Command("reach", "Lists what a stolen token of this service can become, each with the shortest chain of exchanges.")
        {
            service, PolicyText.Option, Assumptions.AnyAudience,
        };
        command.SetAction((parsed, cancellation) => PolicyText.WithSnapshotAsync(parsed, (terminal, policy) =>
        {
            var asked = parsed.GetRequiredValue(service);
            if (!policy.Services.ContainsKey(asked))
            {
                return terminal.Fail($"The policy has no service '{asked}'.", ExitCode.Usage);
            }

            ChainsWriter.WriteTargets(terminal, [.. new PolicyAnalyser(policy).Reach(asked, !parsed.GetValue(Assumptions.AnyAudience))]);
            return ExitCode.Success;
        }, cancellation));
        return command;
    }
}
