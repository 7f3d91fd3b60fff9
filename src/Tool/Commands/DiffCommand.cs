using System.Collections.Immutable;
using System.CommandLine;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange diff old new</c>: what becomes possible and impossible, and what publishing would revoke.</summary>
internal static class DiffCommand
{
    public static Command Create()
    {
        var old = PolicyText.Argument("old", "The policy that is in force.");
        var candidate = PolicyText.Argument("new", "The policy that would replace it.");
        var command = new Command("diff", "Compares the access that two policies allow, and says what publishing the new one would revoke; ends with 1 where they differ.") { old, candidate };
        command.SetAction((parsed, cancellation) => RunAsync(Terminal.Of(parsed), parsed.GetRequiredValue(old), parsed.GetRequiredValue(candidate), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(Terminal terminal, string old, string candidate, CancellationToken cancellation)
    {
        var (before, code) = await PolicyText.LoadAsync(terminal, old, cancellation);
        if (before is null)
        {
            return code;
        }

        var (after, otherCode) = await PolicyText.LoadAsync(terminal, candidate, cancellation);
        if (after is null)
        {
            return otherCode;
        }

        var difference = PolicyDifference.Between(before, after);
        if (terminal.IsJson)
        {
            terminal.WriteJson(new
            {
                Gained = difference.Gained.Select(access => new { Access = access.Key, Chain = access.Value }),
                Lost = difference.Lost.Select(access => new { Access = access.Key, Chain = access.Value }),
                difference.Changed,
                Revoked = new { Edges = difference.RevokedEdges, Issuers = difference.RevokedIssuers },
            });
        }
        else
        {
            Write(terminal, "newly possible", "+", difference.Gained);
            Write(terminal, "no longer possible", "-", difference.Lost);
            WriteChanged(terminal, difference.Changed);
            WriteRevoked(terminal, difference);
        }

        return difference.IsEmpty ? ExitCode.Success : ExitCode.Findings;
    }

    private static void Write(Terminal terminal, string title, string sign, ImmutableArray<KeyValuePair<Access, Chain>> all)
    {
        terminal.Out.WriteLine($"{title}: {(all.IsEmpty ? "nothing" : "")}".TrimEnd());
        foreach (var (access, chain) in all)
        {
            terminal.Out.WriteLine($"  {sign} {access}");
            terminal.Out.WriteLine($"      {chain}");
        }
    }

    private static void WriteChanged(Terminal terminal, ImmutableArray<TermChange> all)
    {
        terminal.Out.WriteLine($"on other terms: {(all.IsEmpty ? "nothing" : "")}".TrimEnd());
        foreach (var change in all)
        {
            terminal.Out.WriteLine($"  ~ {change.Where}: {change.What} {Quoted(change.Before)} becomes {Quoted(change.After)}");
        }

        static string Quoted(string text) => text.Length == 0 ? "nothing" : $"'{text}'";
    }

    private static void WriteRevoked(Terminal terminal, PolicyDifference difference)
    {
        terminal.Out.WriteLine("publishing it revokes:" + (difference.RevokedEdges.IsEmpty && difference.RevokedIssuers.IsEmpty ? " nothing" : ""));
        foreach (var edge in difference.RevokedEdges)
        {
            terminal.Out.WriteLine($"  ! what was minted on {edge.Client} -> {edge.Target}, and all that came of it");
        }

        foreach (var issuer in difference.RevokedIssuers)
        {
            terminal.Out.WriteLine($"  ! every chain that began with {issuer}");
        }
    }
}
