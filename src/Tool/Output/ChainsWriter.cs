using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Analysis;
using Spectre.Console;

namespace ExchangeCluster.Tool.Output;

/// <summary>Chains of exchanges: one step a line.</summary>
internal static class ChainsWriter
{
    /// <summary>Who has the last token of each chain in hand.</summary>
    public static void WriteHolders(Terminal terminal, ImmutableArray<Chain> chains) => Write(terminal, chains, "nobody", chain => chain.Holder);

    /// <summary>What the last token of each chain is for.</summary>
    public static void WriteTargets(Terminal terminal, ImmutableArray<Chain> chains) => Write(terminal, chains, "nothing", chain =>
        string.Join(' ', chain.Steps[^1].Scopes.Select(scope => scope.Scope).Prepend(chain.Steps[^1].Target)));

    private static void Write(Terminal terminal, ImmutableArray<Chain> chains, string none, Func<Chain, string> titleOf)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { Chains = chains });
            return;
        }

        if (chains.IsEmpty)
        {
            terminal.Out.WriteLine(none);
        }

        foreach (var chain in chains)
        {
            terminal.Console.MarkupLineInterpolated($"[bold]{titleOf(chain)}[/]");
            foreach (var step in chain.Steps.Select(step => step.ToString()).Prepend(chain.Root.ToString()).Where(step => step.Length != 0))
            {
                terminal.Console.MarkupLineInterpolated($"    {step}");
            }
        }
    }
}
