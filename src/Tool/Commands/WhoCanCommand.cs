using System.CommandLine;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange who-can service</c>: everyone who can come to have a token in hand that the service accepts.</summary>
internal static class WhoCanCommand
{
    public static Command Create()
    {
        var service = new Argument<string>("service") { Description = "The service that accepts the token." };
        var scope = new Option<string?>("--scope") { Description = "A scope that the token holds." };
        var command = new Command("who-can", "Lists everyone who can come to hold a token that the service accepts, each with the shortest chain.")
        {
            service, scope, PolicyText.Option, Assumptions.AnyAudience,
        };
        command.SetAction((parsed, cancellation) => PolicyText.WithSnapshotAsync(parsed, (terminal, policy) =>
        {
            var (asked, wanted) = (parsed.GetRequiredValue(service), parsed.GetValue(scope));
            if (!policy.Services.TryGetValue(asked, out var known))
            {
                return terminal.Fail($"The policy has no service '{asked}'.", ExitCode.Usage);
            }

            if (wanted is not null && !known.Scopes.Contains(wanted))
            {
                return terminal.Fail($"The service '{asked}' has no scope '{wanted}'.", ExitCode.Usage);
            }

            ChainsWriter.WriteHolders(terminal, [.. new PolicyAnalyser(policy).WhoCan(asked, wanted, !parsed.GetValue(Assumptions.AnyAudience))]);
            return ExitCode.Success;
        }, cancellation));
        return command;
    }
}
