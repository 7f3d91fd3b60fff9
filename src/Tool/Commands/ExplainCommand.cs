using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Decisions.Explaining;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Tool.Cluster;
using ExchangeCluster.Tool.Output;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange explain</c>: why an exchange is granted or refused, by a policy file or by the policy that a cluster runs.</summary>
internal static class ExplainCommand
{
    /// <summary>Of a silo that knows of no such request.</summary>
    private const string Forgotten =
        "No silo remembers that request or token. Each remembers its last decisions, of clients that it knows; exchange audit and the log reach back further.";

    private static readonly Option<string?> Policy = new("--policy", "-p") { Description = "A policy file to ask, instead of a cluster." };
    private static readonly Option<string?> Request = new("--request") { Description = "Id of a past request, or handle of a token that was issued." };
    private static readonly Option<string?> Client = new("--client") { Description = "The service that asks." };
    private static readonly Option<string[]> Target = new("--target") { Description = "The service it asks a token for; several times for several." };
    private static readonly Option<string?> Scope = new("--scope") { Description = "The scopes it asks for." };
    private static readonly Option<string?> Grant = Choice.Of(
        "--grant", "token-exchange (default), client-credentials or jwt-bearer.", GrantNames.TokenExchange, GrantNames.ClientCredentials, GrantNames.JwtBearer);
    private static readonly Option<string[]> Claim = new("--claim") { Description = "A claim of the subject token, as name=value; the value may be JSON." };
    private static readonly Option<string?> SubjectToken = new("--subject-token-file") { Description = "File with the subject token, instead of claims. For a cluster." };
    private static readonly Option<string?> ActorToken = new("--actor-token-file") { Description = "File with the actor token. For a cluster." };
    private static readonly Option<string?> Question = new("--question") { Description = "File with the whole question as JSON (docs/explain.md); - is standard input." };

    public static Command Create()
    {
        var command = new ClusterCommand("explain", "Tells why an exchange is granted or refused, without minting; ends with 1 where it is refused.")
        {
            Policy, Request, Client, Target, Scope, Grant, Claim, SubjectToken, ActorToken, Question,
        };
        command.SetAction((parsed, cancellation) => RunAsync(command, parsed, Terminal.Of(parsed), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ClusterCommand command, ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        if (parsed.GetValue(Request) is null && parsed.GetValue(Question) is null && (parsed.GetValue(Client) is null || parsed.GetValue(Target) is not { Length: > 0 }))
        {
            return terminal.Fail("Expected --request, --question, or --client and --target.", ExitCode.Usage);
        }

        string body;
        try
        {
            body = await BodyAsync(parsed, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return terminal.Fail(e.Message, ExitCode.Usage);
        }

        if (parsed.GetValue(Policy) is { } path)
        {
            if (new Option[] { Request, SubjectToken, ActorToken }.FirstOrDefault(option => parsed.GetResult(option) is { Implicit: false }) is { } asked)
            {
                return terminal.Fail($"{asked.Name} is for a cluster: a policy file knows neither keys nor the past.", ExitCode.Usage);
            }

            return await AskFileAsync(terminal, path, body, cancellation);
        }

        return await command.RunAsync(
            parsed,
            terminal,
            async silos => Write(terminal, await silos[0].PostJsonAsync("/admin/explain", body, cancellation, Forgotten)),
            cancellation);
    }

    private static async Task<int> AskFileAsync(Terminal terminal, string path, string body, CancellationToken cancellation)
    {
        var (file, why) = await PolicyText.ReadAsync(path, cancellation);
        if (file is null)
        {
            return terminal.Fail(why!, ExitCode.Usage);
        }

        var compilation = PolicyCompiler.Compile(file.Text, file.Name);
        if (compilation.Snapshot is not { } policy)
        {
            return terminal.Fail(string.Join(Environment.NewLine, compilation.Mistakes), ExitCode.Usage);
        }

        var (question, mistake) = QuestionReader.Read(Encoding.UTF8.GetBytes(body));
        if (question is null)
        {
            return terminal.Fail(mistake!, ExitCode.Usage);
        }

        var now = question.At ?? TimeProvider.System.GetUtcNow();
        var (command, refusal) = QuestionResolver.Resolve(policy, question, now);
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("policy_revision", policy.Revision);
            if (command is null)
            {
                ExplanationWriter.Write(json, refusal!);
            }
            else
            {
                ExplanationWriter.Write(json, Explainer.Explain(policy, command, now));
            }

            json.WriteEndObject();
        }

        return Write(terminal, JsonElement.Parse(buffer.ToArray()));
    }

    private static int Write(Terminal terminal, JsonElement explained)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(explained);
        }
        else
        {
            ExplanationText.Write(terminal.Out, explained);
        }

        return JsonTable.TextOf(explained, "outcome") == "granted" ? ExitCode.Success : ExitCode.Findings;
    }

    private static async Task<string> BodyAsync(ParseResult parsed, CancellationToken cancellation)
    {
        if (parsed.GetValue(Question) is { } file)
        {
            return file == "-" ? await Console.In.ReadToEndAsync(cancellation) : await File.ReadAllTextAsync(file, cancellation);
        }

        var body = new JsonObject();
        Add("request", parsed.GetValue(Request));
        Add("client", parsed.GetValue(Client));
        Add("scope", parsed.GetValue(Scope));
        Add("grant", parsed.GetValue(Grant));
        if (parsed.GetValue(Target) is { Length: > 0 } targets)
        {
            body["target"] = new JsonArray([.. targets.Select(target => JsonValue.Create(target))]);
        }

        if (parsed.GetValue(SubjectToken) is { } subject)
        {
            Add("subject_token", (await File.ReadAllTextAsync(subject, cancellation)).Trim());
        }
        else if (body.ContainsKey("client") && parsed.GetValue(Grant) != "client-credentials")
        {
            body["subject"] = new JsonObject { ["claims"] = ClaimsOf(parsed.GetValue(Claim) ?? []) };
        }

        if (parsed.GetValue(ActorToken) is { } actor)
        {
            Add("actor_token", (await File.ReadAllTextAsync(actor, cancellation)).Trim());
        }

        return body.ToJsonString();

        void Add(string name, string? value)
        {
            if (value is not null)
            {
                body[name] = value;
            }
        }
    }

    /// <exception cref="FormatException">One is not name=value.</exception>
    private static JsonObject ClaimsOf(IEnumerable<string> claims)
    {
        var json = new JsonObject();
        foreach (var claim in claims)
        {
            var equals = claim.IndexOf('=', StringComparison.Ordinal);
            json[equals > 0 ? claim[..equals] : throw new FormatException("--claim takes name=value.")] = ValueOf(claim[(equals + 1)..]);
        }

        return json;
    }

    private static JsonNode? ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }
}
