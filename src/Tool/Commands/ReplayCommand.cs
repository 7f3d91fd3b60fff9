using System.CommandLine;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Tool.Cluster;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary>
/// <c>exchange replay candidate.yaml</c>: what a candidate decides of recorded decisions; those that silos remember, or those of a file,
/// compared with another policy file.
/// </summary>
internal static class ReplayCommand
{
    private static readonly Argument<string?> Candidate = new("candidate") { Description = "The candidate policy; not with --record.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Policy = new("--policy", "-p") { Description = "The policy to compare with, instead of the cluster's; needs --decisions." };
    private static readonly Option<string?> Decisions = new("--decisions") { Description = "File with recorded decisions, as --record wrote it." };
    private static readonly Option<string?> Record = new("--record") { Description = "Keep the decisions that the silos remember in this file, and replay nothing." };

    public static Command Create()
    {
        var command = new ClusterCommand("replay", "Replays recorded decisions against a candidate policy; ends with 1 where any differs.")
        {
            Candidate, Policy, Decisions, Record,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = Terminal.Of(parsed);
            if (parsed.GetValue(Candidate) is null == parsed.GetValue(Record) is null)
            {
                return terminal.Fail("Expected a candidate policy to replay against, or --record.", ExitCode.Usage);
            }

            if (parsed.GetValue(Record) is { } record)
            {
                return await command.RunAsync(parsed, terminal, silos => RecordAsync(terminal, record, silos, cancellation), cancellation);
            }

            var (candidate, why) = await PolicyText.ReadAsync(parsed.GetValue(Candidate)!, cancellation);
            if (candidate is null)
            {
                return terminal.Fail(why!, ExitCode.Usage);
            }

            if (parsed.GetValue(Policy) is null != parsed.GetValue(Decisions) is null)
            {
                return terminal.Fail("--policy and --decisions go together.", ExitCode.Usage);
            }

            return parsed.GetValue(Policy) is { } live
                ? await ReplayFileAsync(terminal, candidate, live, parsed.GetValue(Decisions)!, cancellation)
                : await command.RunAsync(parsed, terminal, silos => AskAsync(terminal, candidate, silos, cancellation), cancellation);
        });
        return command;
    }

    private static async Task<int> AskAsync(Terminal terminal, PolicyText candidate, SiloClient[] silos, CancellationToken cancellation)
    {
        var found = new List<JsonElement>();
        foreach (var silo in silos)
        {
            found.Add(await silo.SendPolicyAsync(HttpMethod.Post, "/admin/policy/replay", candidate, cancellation));
        }

        return ComparisonText.Write(terminal, found);
    }

    private static async Task<int> RecordAsync(Terminal terminal, string record, SiloClient[] silos, CancellationToken cancellation)
    {
        var lines = new List<string>();
        foreach (var silo in silos)
        {
            var answer = await silo.GetAsync("/admin/decisions", cancellation);
            lines.AddRange(answer.GetProperty("decisions").EnumerateArray().Select(decision => decision.GetRawText()));
        }

        try
        {
            await File.WriteAllLinesAsync(record, lines, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return terminal.Fail($"--record can't be written: {e.Message}", ExitCode.Usage);
        }

        if (terminal.IsJson)
        {
            terminal.WriteJson(new { Recorded = lines.Count });
        }
        else
        {
            terminal.Out.WriteLine($"{lines.Count} decisions recorded in {record}");
        }

        return ExitCode.Success;
    }

    private static async Task<int> ReplayFileAsync(
        Terminal terminal, PolicyText candidateText, string livePath, string decisionsPath, CancellationToken cancellation)
    {
        var (liveText, why) = await PolicyText.ReadAsync(livePath, cancellation);
        if (liveText is null)
        {
            return terminal.Fail(why!, ExitCode.Usage);
        }

        var live = PolicyCompiler.Compile(liveText.Text, liveText.Name);
        var candidate = PolicyCompiler.Compile(candidateText.Text, candidateText.Name);
        if (live.Snapshot is null || candidate.Snapshot is null)
        {
            return terminal.Fail(string.Join(Environment.NewLine, live.Mistakes.Concat(candidate.Mistakes)), ExitCode.Usage);
        }

        var counts = new ComparisonCounts();
        var number = 0;
        try
        {
            await foreach (var line in File.ReadLinesAsync(decisionsPath, cancellation))
            {
                number++;
                var json = Encoding.UTF8.GetBytes(line);
                var (question, mistake) = QuestionReader.Read(json);
                if (question is null)
                {
                    return terminal.Fail($"{decisionsPath}:{number}: {mistake}", ExitCode.Usage);
                }

                counts.Add(Comparison.Of(live.Snapshot, candidate.Snapshot, question, TimeProvider.System.GetUtcNow()), null, json);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail($"{decisionsPath} can't be read: {e.Message}", ExitCode.Usage);
        }

        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            counts.Write(json);
            json.WriteEndObject();
        }

        return ComparisonText.Write(terminal, [JsonElement.Parse(buffer.ToArray())]);
    }
}
