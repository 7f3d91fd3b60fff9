using System.CommandLine;
using System.Text.Json.Nodes;
using ExchangeCluster.Tool.Cluster;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange revoke</c>: ends what was issued, lifts a block, or lists what is in force.</summary>
internal static class RevokeCommand
{
    private const string Path = "/admin/revocations";

    private static readonly Option<string?> Token = new("--token-to-revoke-file") { Description = "File with the token." };
    private static readonly Option<string?> Issuer = new("--issuer") { Description = "An issuer; with --subject or --session, theirs." };
    private static readonly Option<string?> Subject = new("--subject") { Description = "A person, as --issuer names it." };
    private static readonly Option<string?> Session = new("--session") { Description = "A session of --issuer." };
    private static readonly Option<string?> Client = new("--client") { Description = "A service as a client." };
    private static readonly Option<string?> Edge = new("--edge") { Description = "Two services, as client/target." };
    private static readonly Option<bool> All = new("--all") { Description = "Everything." };
    private static readonly Option<bool> Block = new("--block") { Description = "Also refuse what comes, until it is lifted." };
    private static readonly Option<string?> Lift = new("--lift") { Description = "Id of a revocation that is lifted." };
    private static readonly Option<bool> List = new("--list") { Description = "List what is in force." };

    public static Command Create()
    {
        var command = new ClusterCommand("revoke", "Revokes, and returns once no silo accepts what is revoked.")
        {
            Token, Issuer, Subject, Session, Client, Edge, All, Block, Lift, List,
        };
        command.SetClusterAction(RunAsync);
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, SiloClient[] silos, CancellationToken cancellation)
    {
        if (parsed.GetValue(List))
        {
            JsonTable.Write(
                terminal, await silos[0].GetAsync(Path, cancellation), "revocations", "id", "kind", "block", "at", "expires_at", "by");
            return ExitCode.Success;
        }

        if (parsed.GetValue(Lift) is { } id)
        {
            Receipt(terminal, await silos[0].SendAsync(HttpMethod.Delete, $"{Path}/{Uri.EscapeDataString(id)}", null, cancellation, $"No revocation {id} is in force."));
            return ExitCode.Success;
        }

        if (parsed.GetValue(Issuer) is null && (parsed.GetValue(Subject) ?? parsed.GetValue(Session)) is not null)
        {
            return terminal.Fail("--subject and --session need the --issuer that names them.", ExitCode.Usage);
        }

        // The issuer of a person or session is theirs.
        var named = new Option[] { Token, Subject, Session, Client, Edge, All }.Count(option => parsed.GetResult(option) is { Implicit: false });
        if (named + (named == 0 && parsed.GetValue(Issuer) is not null ? 1 : 0) != 1)
        {
            return terminal.Fail("Expected exactly one of --token-to-revoke-file, --subject, --session, --client, --edge, --issuer, --all; or --list, --lift.", ExitCode.Usage);
        }

        JsonObject body;
        try
        {
            body = await BodyAsync(parsed, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return terminal.Fail(e.Message, ExitCode.Usage);
        }

        Receipt(terminal, await silos[0].PostJsonAsync(Path, body.ToJsonString(), cancellation));
        return ExitCode.Success;
    }

    private static async Task<JsonObject> BodyAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var body = new JsonObject { ["block"] = parsed.GetValue(Block) };
        if (parsed.GetValue(Token) is { } file)
        {
            body["token"] = (await File.ReadAllTextAsync(file, cancellation)).Trim();
        }

        if (parsed.GetValue(Subject) is { } subject)
        {
            body["subjects"] = new JsonArray(new JsonObject { ["iss"] = parsed.GetValue(Issuer), ["sub"] = subject });
        }

        if (parsed.GetValue(Session) is { } session)
        {
            body["session"] = new JsonObject { ["iss"] = parsed.GetValue(Issuer), ["sid"] = session };
        }

        if (parsed.GetValue(Client) is { } client)
        {
            body["client"] = client;
        }

        if (parsed.GetValue(Edge)?.Split('/') is { } edge)
        {
            body["edge"] = edge is [var from, var to]
                ? new JsonObject { ["from"] = from, ["to"] = to }
                : throw new FormatException("--edge takes client/target.");
        }

        if (parsed.GetValue(Issuer) is { } issuer && !body.ContainsKey("subjects") && !body.ContainsKey("session"))
        {
            body["issuer"] = issuer;
        }

        if (parsed.GetValue(All))
        {
            body["all"] = true;
        }

        return body;
    }

    private static void Receipt(Terminal terminal, System.Text.Json.JsonElement receipt)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(receipt);
            return;
        }

        terminal.Out.WriteLine(
            $"epoch {receipt.GetProperty("epoch").GetInt64()}: {JsonTable.TextOf(receipt, "silos_confirmed")} silos confirmed, "
            + $"{JsonTable.TextOf(receipt, "silos_fenced")} fenced, {JsonTable.TextOf(receipt, "milliseconds")} ms");
        terminal.Out.WriteLine(JsonTable.TextOf(receipt, "ids"));
    }
}
