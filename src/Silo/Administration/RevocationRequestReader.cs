using System.Text.Json;
using System.Text.RegularExpressions;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Silo.Administration;

/// <summary>
/// Reads the JSON body of a revocation. Strict: exactly one kind, no unknown and no repeated member, and a mistake names its
/// member.
/// </summary>
internal static partial class RevocationRequestReader
{
    /// <summary>The most (issuer, subject) pairs of one request.</summary>
    public const int MaxSubjects = 100;

    private const string Kinds = "token, subjects, session, client, issuer, edge, all";

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 8 };

    /// <summary>Exactly one of the results is set.</summary>
    public static (RevocationRequest? Request, string? Mistake) Read(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return (Read(new Members(document.RootElement, "")), null);
        }
        catch (MistakeException mistake)
        {
            return (null, mistake.Message);
        }
        catch (JsonException)
        {
            // Without its text, which quotes what it read.
            return (null, "The body is not JSON, or repeats a member.");
        }
        catch (InvalidOperationException)
        {
            return (null, "The body holds text that is not Unicode.");
        }
    }

    private static RevocationRequest Read(Members body)
    {
        var isBlock = body.Flag("block");
        RevocationRequest?[] kinds =
        [
            body.Text("token") is { } token ? new RevocationRequest.Token(new SensitiveText(token)) { IsBlock = isBlock } : null,
            body.List("subjects", MaxSubjects) is { } pairs
                ? new RevocationRequest.Subjects([.. pairs.Select(ReadSubject)]) { IsBlock = isBlock } : null,
            body.Object("session") is { } session ? ReadSession(session, isBlock) : null,
            body.Text("client") is { } client ? new RevocationRequest.Client(client) { IsBlock = isBlock } : null,
            body.Text("issuer") is { } issuer ? new RevocationRequest.FromIssuer(issuer) { IsBlock = isBlock } : null,
            body.Object("edge") is { } edge ? ReadEdge(edge, isBlock) : null,
            body.Flag("all") ? new RevocationRequest.Everything { IsBlock = isBlock } : null,
        ];
        body.MustBeRead();
        return kinds.OfType<RevocationRequest>().ToArray() is [var one] ? one : throw new MistakeException($"Expected exactly one of {Kinds}.");
    }

    private static IssuerSubject ReadSubject(Members pair)
    {
        var read = new IssuerSubject(pair.Required("iss"), pair.Required("sub"));
        pair.MustBeRead();
        return read;
    }

    private static RevocationRequest.Session ReadSession(Members session, bool isBlock)
    {
        var read = new RevocationRequest.Session(session.Required("iss"), session.Required("sid")) { IsBlock = isBlock };
        session.MustBeRead();
        return read;
    }

    private static RevocationRequest.Edge ReadEdge(Members edge, bool isBlock)
    {
        var read = new RevocationRequest.Edge(edge.Required("from"), edge.Required("to")) { IsBlock = isBlock };
        edge.MustBeRead();
        return read;
    }

    /// <summary>The members of one object, each to be read once, and then none may be left.</summary>
    private sealed partial class Members
    {
        private readonly string path;
        private readonly Dictionary<string, JsonElement> left;

        public Members(JsonElement json, string path)
        {
            this.path = path;
            left = json.ValueKind == JsonValueKind.Object
                ? json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal)
                : throw new MistakeException($"{(path.Length == 0 ? "The body" : path.TrimEnd('.'))} is not an object.");
        }

        public bool Flag(string name) => left.Remove(name, out var value)
            && value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                _ => throw new MistakeException($"{path}{name} is not true or false."),
            };

        public string? Text(string name) => !left.Remove(name, out var value) ? null
            : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text
            : throw new MistakeException($"{path}{name} is not a string, or is empty.");

        public string Required(string name) => Text(name) ?? throw new MistakeException($"{path}{name} is missing.");

        public Members? Object(string name) => left.Remove(name, out var value) ? new Members(value, $"{path}{name}.") : null;

        public Members[]? List(string name, int most) => !left.Remove(name, out var value) ? null
            : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is var length && length > 0 && length <= most
                ? [.. value.EnumerateArray().Select((item, index) => new Members(item, $"{path}{name}[{index}]."))]
                : throw new MistakeException($"{path}{name} is not a list of 1 to {most} objects.");

        public void MustBeRead()
        {
            if (left.Keys.FirstOrDefault() is { } unknown)
            {
                // Named only where that echoes nothing but a name.
                throw new MistakeException(Name().IsMatch(unknown) ? $"{path}{unknown} is not a member known here." : $"{path}* has an unknown member.");
            }
        }

        [GeneratedRegex("^[A-Za-z0-9_.-]{1,40}$", RegexOptions.NonBacktracking)]
        private static partial Regex Name();
    }

    private sealed class MistakeException(string message) : Exception(message);
}
