using System.Buffers.Text;
using System.CommandLine;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Protocol;
using ExchangeCluster.Tool.Output;

namespace ExchangeCluster.Tool.Commands;

/// <summary><c>exchange try</c>: a real exchange at a token endpoint, and what is in the token, which is not shown itself.</summary>
internal static class TryCommand
{
    private const string SecretVariable = "EXCHANGE_CLIENT_SECRET";
    private const string DefaultUrl = "http://127.0.0.1:5080/oauth/token";

    private static readonly Option<string> Url = new("--url") { Description = "The token endpoint.", DefaultValueFactory = _ => DefaultUrl };
    private static readonly Option<string> Client = new("--client") { Description = $"The client; its secret is in {SecretVariable}, or --secret-file.", Required = true };
    private static readonly Option<string?> SecretFile = new("--secret-file") { Description = "File with the client's secret." };
    private static readonly Option<string> SubjectToken = new("--subject-token-file") { Description = "File with the subject token.", Required = true };
    private static readonly Option<string[]> Target = new("--target") { Description = "The audience; several times for several.", Required = true };
    private static readonly Option<string?> Scope = new("--scope") { Description = "The scopes to ask for." };
    private static readonly Option<string?> Output = new("--output") { Description = "Write the token to this file." };

    public static Command Create()
    {
        var command = new Command("try", "Exchanges a token in earnest, and shows its claims; ends with 1 where it is refused.")
        {
            Url, Client, SecretFile, SubjectToken, Target, Scope, Output,
        };
        command.SetAction((parsed, cancellation) => RunAsync(parsed, Terminal.Of(parsed), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed, Terminal terminal, CancellationToken cancellation)
    {
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(30) };
            using var request = await RequestAsync(parsed, cancellation);
            using var response = await http.SendAsync(request, cancellation);
            if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed)
            {
                throw new HttpRequestException($"it answers {(int)response.StatusCode}.");
            }

            var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync(cancellation));
            if (!response.IsSuccessStatusCode)
            {
                return Refused(terminal, answer, response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.First() : "");
            }

            if (parsed.GetValue(Output) is { } file)
            {
                await WriteAsync(file, answer.GetProperty(ParameterNames.AccessToken).GetString()!, cancellation);
            }

            Write(terminal, answer);
            return ExitCode.Success;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or FormatException)
        {
            return terminal.Fail(e.Message, ExitCode.Usage);
        }
        catch (Exception e) when (e is HttpRequestException or JsonException or KeyNotFoundException or InvalidOperationException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return terminal.Fail($"{parsed.GetValue(Url)} does not answer as a token endpoint: {e.Message}", ExitCode.Unavailable);
        }
    }

    private static async Task<HttpRequestMessage> RequestAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var endpoint = Uri.TryCreate(parsed.GetRequiredValue(Url), UriKind.Absolute, out var url) && url.Scheme is "http" or "https" ? url
            : throw new FormatException("--url takes a URL such as " + DefaultUrl);
        var secret = parsed.GetValue(SecretFile) is { } file
            ? (await File.ReadAllTextAsync(file, cancellation)).Trim()
            : Environment.GetEnvironmentVariable(SecretVariable) ?? throw new FormatException($"The client's secret is missing: set {SecretVariable}, or --secret-file.");
        List<KeyValuePair<string, string>> form =
        [
            new(ParameterNames.GrantType, GrantTypes.TokenExchange),
            new(ParameterNames.SubjectToken, (await File.ReadAllTextAsync(parsed.GetRequiredValue(SubjectToken), cancellation)).Trim()),
            new(ParameterNames.SubjectTokenType, TokenTypeIdentifiers.AccessToken),
            .. parsed.GetRequiredValue(Target).Select(target => new KeyValuePair<string, string>(ParameterNames.Audience, target)),
        ];
        if (parsed.GetValue(Scope) is { } scope)
        {
            form.Add(new(ParameterNames.Scope, scope));
        }

        // RFC 6749 section 2.3.1: both are form-encoded first.
        var basic = $"{Uri.EscapeDataString(parsed.GetRequiredValue(Client))}:{Uri.EscapeDataString(secret)}";
        var request = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = new FormUrlEncodedContent(form) };
        request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        return request;
    }

    /// <summary>Whoever reads the file has the token: so only its owner does.</summary>
    private static async Task WriteAsync(string path, string token, CancellationToken cancellation)
    {
        File.Delete(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        await using var writer = new StreamWriter(path, options);
        await writer.WriteAsync(token.AsMemory(), cancellation);
    }

    private static int Refused(Terminal terminal, JsonElement answer, string id)
    {
        if (terminal.IsJson)
        {
            terminal.WriteJson(new { Error = JsonTable.TextOf(answer, ParameterNames.Error), ErrorDescription = JsonTable.TextOf(answer, ParameterNames.ErrorDescription), Request = id });
        }
        else
        {
            terminal.Out.WriteLine($"refused: {JsonTable.TextOf(answer, ParameterNames.Error)}: {JsonTable.TextOf(answer, ParameterNames.ErrorDescription)}");
            if (id.Length != 0)
            {
                terminal.Out.WriteLine($"why: exchange explain --request {id}");
            }
        }

        return ExitCode.Findings;
    }

    private static void Write(Terminal terminal, JsonElement answer)
    {
        var claims = ClaimsOf(answer.GetProperty(ParameterNames.AccessToken).GetString()!);
        var shown = new
        {
            TokenType = JsonTable.TextOf(answer, ParameterNames.TokenType),
            ExpiresIn = answer.GetProperty(ParameterNames.ExpiresIn).GetInt64(),
            Scope = JsonTable.TextOf(answer, ParameterNames.Scope),
            Claims = claims,
        };
        if (terminal.IsJson)
        {
            terminal.WriteJson(shown);
            return;
        }

        terminal.Out.WriteLine($"{shown.TokenType}, {shown.ExpiresIn} s, scope '{shown.Scope}'");
        foreach (var claim in claims?.EnumerateObject() ?? default)
        {
            terminal.Out.WriteLine($"  {claim.Name}: {JsonTable.TextOf(claims!.Value, claim.Name)}");
        }
    }

    /// <summary>Without our lineage, which nobody can read, and embedded tokens; null for an opaque token.</summary>
    private static JsonElement? ClaimsOf(string token)
    {
        if (token.Split('.') is not [_, var payload, _])
        {
            return null;
        }

        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(payload)).EnumerateObject()
            .Where(claim => claim.Name is not ("lineage" or EmbeddedTokens.ClaimName))
            .ToDictionary(claim => claim.Name, claim => claim.Value, StringComparer.Ordinal);
        return JsonSerializer.SerializeToElement(claims);
    }
}
