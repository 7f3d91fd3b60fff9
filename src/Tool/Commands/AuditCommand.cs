using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Auditing;
using ExchangeCluster.Tool.Cluster;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange audit</c>: who acted for whom, through whom; of silos, or of files of the audit.</summary>
internal static class AuditCommand
{
    private const int DefaultLimit = 100;

    private static readonly AuditQuery Any = new();

    private static readonly Argument<string[]> Files = new("files") { Description = "Files of the audit, to be read instead of asking silos.", Arity = ArgumentArity.ZeroOrMore };
    private static readonly Option<string?> Issuer = new("--issuer") { Description = "Issuer of the person, with --subject. For silos." };
    private static readonly Option<string?> Subject = new("--subject") { Description = "The person, as the issuer names it. For silos, who know its handle." };
    private static readonly Option<string?> Person = new("--person") { Description = "Handle of a person, or of an actor." };
    private static readonly Option<string?> Lineage = new("--lineage") { Description = "Handle of the token that a chain began with: everything that came of it." };
    private static readonly Option<string?> Token = new("--token") { Description = "Handle of a token." };
    private static readonly Option<string?> Request = new("--request") { Description = "Id of a request." };
    private static readonly Option<string?> Client = new("--client") { Description = "The service that asked." };
    private static readonly Option<string?> Target = new("--target") { Description = "The service that the token was for." };
    private static readonly Option<string?> Outcome = Choice.Of("--outcome", "issued or refused.", "issued", "refused");
    private static readonly Option<string?> Since = new("--since") { Description = "A time, or so long ago: 90m, 24h, 7d." };
    private static readonly Option<string?> Until = new("--until") { Description = "Likewise." };
    private static readonly Option<int> Limit = new("--limit") { Description = "The latest so many.", DefaultValueFactory = _ => DefaultLimit };

    public static Command Create()
    {
        var command = new ClusterCommand("audit", "Lists decisions, oldest first, and follows chains.")
        {
            Files, Issuer, Subject, Person, Lineage, Token, Request, Client, Target, Outcome, Since, Until, Limit,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var terminal = Terminal.Of(parsed);
            if (parsed.GetValue(Subject) is null != parsed.GetValue(Issuer) is null)
            {
                return terminal.Fail("--subject and --issuer go together.", ExitCode.Usage);
            }

            return parsed.GetValue(Files) is { Length: > 0 } files
                ? await ReadFilesAsync(parsed, terminal, files, cancellation)
                : await command.RunAsync(parsed, terminal, silos => AskAsync(parsed, terminal, silos, cancellation), cancellation);
        });
        return command;
    }

    private static async Task<int> AskAsync(ParseResult parsed, Terminal terminal, SiloClient[] silos, CancellationToken cancellation)
    {
        var body = new JsonObject { ["limit"] = parsed.GetValue(Limit) };
        foreach (var option in new[] { Person, Lineage, Token, Request, Client, Target, Outcome, Since, Until })
        {
            if (parsed.GetValue(option) is { } value)
            {
                body[option.Name.TrimStart('-')] = value;
            }
        }

        if (parsed.GetValue(Subject) is { } subject)
        {
            body["subject"] = new JsonObject { ["iss"] = parsed.GetValue(Issuer), ["sub"] = subject };
        }

        var entries = new List<JsonElement>();
        foreach (var silo in silos)
        {
            entries.AddRange((await silo.PostJsonAsync("/admin/audit", body.ToJsonString(), cancellation)).GetProperty("entries").EnumerateArray());
        }

        Write(terminal, entries, parsed.GetValue(Limit));
        return ExitCode.Success;
    }

    private static async Task<int> ReadFilesAsync(ParseResult parsed, Terminal terminal, string[] files, CancellationToken cancellation)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (since, until) = (TimeOf(parsed.GetValue(Since)), TimeOf(parsed.GetValue(Until)));
        if (parsed.GetValue(Subject) is not null || (since is null && parsed.GetValue(Since) is not null) || (until is null && parsed.GetValue(Until) is not null))
        {
            return terminal.Fail("Files know people by handle only (--person); --since and --until take a time, or 90m, 24h, 7d.", ExitCode.Usage);
        }

        var query = new AuditQuery
        {
            Since = since,
            Until = until,
            Client = parsed.GetValue(Client),
            Target = parsed.GetValue(Target),
            Outcome = parsed.GetValue(Outcome),
            Person = parsed.GetValue(Person),
            Lineage = parsed.GetValue(Lineage),
            Token = parsed.GetValue(Token),
            Request = parsed.GetValue(Request),
        };
        var entries = new List<JsonElement>();
        try
        {
            foreach (var file in files)
            {
                var (lines, decisions) = (0, 0);
                await foreach (var line in File.ReadLinesAsync(file, cancellation))
                {
                    var bytes = Encoding.UTF8.GetBytes(line);
                    lines++;
                    decisions += Any.Matches(bytes) ? 1 : 0;
                    if (query.Matches(bytes))
                    {
                        entries.Add(JsonElement.Parse(bytes));
                    }
                }

                // The last line may be half a one: the silo writes on, or was killed.
                if (lines > 1 && decisions == 0)
                {
                    return terminal.Fail($"{file} holds no decision, expected a file of the audit.", ExitCode.Usage);
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return terminal.Fail($"The audit can't be read: {e.Message}", ExitCode.Usage);
        }

        Write(terminal, entries, parsed.GetValue(Limit));
        return ExitCode.Success;

        DateTimeOffset? TimeOf(string? text) => text is null ? null : AuditQuery.ReadTime(text, now);
    }

    private static void Write(Terminal terminal, List<JsonElement> entries, int limit)
    {
        var latest = entries.OrderBy(entry => JsonTable.TextOf(entry, "time"), StringComparer.Ordinal).TakeLast(limit).ToArray();
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { Entries = latest });
            return;
        }

        foreach (var entry in latest)
        {
            terminal.Out.WriteLine(LineOf(entry));
        }

        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{latest.Length} decisions"));
    }

    private static string LineOf(JsonElement entry)
    {
        var way = JsonTable.TextOf(entry, "through") is { Length: > 0 } through ? $" after {through}" : "";
        var what = JsonTable.TextOf(entry, "outcome") == "issued"
            ? $"by {JsonTable.TextOf(entry, "rules")}, scope '{JsonTable.TextOf(entry, "scope")}', {JsonTable.TextOf(entry, "source")}"
            : $"{JsonTable.TextOf(entry, "reason")}. {JsonTable.TextOf(entry, "detail")}";
        var actor = JsonTable.TextOf(entry, "actor") is { Length: > 0 } acting ? $", acting {acting}" : "";
        return $"{JsonTable.TextOf(entry, "time")} {JsonTable.TextOf(entry, "request")} {JsonTable.TextOf(entry, "outcome")} "
            + $"{JsonTable.TextOf(entry, "client")} -> {JsonTable.TextOf(entry, "targets")}{way}{actor}: {what}"
            + $" [person {HandleOf(entry, "subject")} lineage {HandleOf(entry, "lineage")}]";
    }

    /// <summary>In full: it is what the filters take.</summary>
    private static string HandleOf(JsonElement entry, string name) => JsonTable.TextOf(entry, name) is { Length: > 0 } handle ? handle : "-";
}
