using System.Text.Json;
using System.Text.RegularExpressions;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// The members of one JSON object of a request by an operator, each to be read once, and then none may be left: a mistake names
/// its member and never repeats a value.
/// </summary>
public sealed partial class JsonMembers
{
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 32 };

    private readonly string path;
    private readonly Dictionary<string, JsonElement> left;

    private JsonMembers(JsonElement json, string path)
    {
        this.path = path;
        left = json.ValueKind == JsonValueKind.Object
            ? json.EnumerateObject().ToDictionary(member => member.Name, member => member.Value, StringComparer.Ordinal)
            : throw new JsonMistakeException($"{(path.Length == 0 ? "The body" : path.TrimEnd('.'))} is not an object.");
    }

    /// <summary>Reads a whole body; exactly one of the results is set.</summary>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="read">Reads its members; may throw <see cref="JsonMistakeException"/>.</param>
    public static (T? Value, string? Mistake) ReadBody<T>(ReadOnlyMemory<byte> body, Func<JsonMembers, T> read)
        where T : class
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            var members = new JsonMembers(document.RootElement.Clone(), "");
            var value = read(members);
            members.MustBeRead();
            return (value, null);
        }
        catch (JsonMistakeException mistake)
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

    public bool Flag(string name) => left.Remove(name, out var value)
        && value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Mistake(name, "is not true or false"),
        };

    /// <summary>Null when it is not there.</summary>
    public string? Text(string name) => !left.Remove(name, out var value) ? null
        : value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text
        : throw Mistake(name, "is not a string, or is empty");

    public string Required(string name) => Text(name) ?? throw Mistake(name, "is missing");

    /// <summary>Null when it is not there.</summary>
    public long? Number(string name, long least, long most) => !left.Remove(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= least && number <= most ? number
        : throw Mistake(name, $"is not a whole number from {least} to {most}");

    /// <summary>One string or a list of them; null when it is not there.</summary>
    public string[]? Texts(string name, int most)
    {
        if (!left.Remove(name, out var value))
        {
            return null;
        }

        JsonElement[] items = value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [value];
        return items.Length > 0 && items.Length <= most && items.All(item => item.ValueKind == JsonValueKind.String && item.GetString()!.Length > 0)
            ? [.. items.Select(item => item.GetString()!)]
            : throw Mistake(name, $"is not a string or a list of 1 to {most} strings");
    }

    /// <summary>Null when it is not there.</summary>
    public JsonMembers? Object(string name) => left.Remove(name, out var value) ? new JsonMembers(value, $"{path}{name}.") : null;

    /// <summary>As it stands; null when it is not there.</summary>
    public JsonElement? Raw(string name) => left.Remove(name, out var value) ? value : null;

    public JsonMembers[]? List(string name, int most) => !left.Remove(name, out var value) ? null
        : value.ValueKind == JsonValueKind.Array && value.GetArrayLength() is var length && length > 0 && length <= most
            ? [.. value.EnumerateArray().Select((item, index) => new JsonMembers(item, $"{path}{name}[{index}]."))]
            : throw Mistake(name, $"is not a list of 1 to {most} objects");

    /// <exception cref="JsonMistakeException">A member is left.</exception>
    public void MustBeRead()
    {
        if (left.Keys.FirstOrDefault() is { } unknown)
        {
            // Named only where that echoes nothing but a name.
            throw new JsonMistakeException(Name().IsMatch(unknown) ? $"{path}{unknown} is not a member known here." : $"{path}* has an unknown member.");
        }
    }

    /// <param name="name">Of a member of this object.</param>
    /// <param name="what">What is wrong with it, without its value.</param>
    public JsonMistakeException Mistake(string name, string what) => new($"{path}{name} {what}.");

    [GeneratedRegex(@"^[A-Za-z0-9_.-]{1,40}\z", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Name();
}

/// <summary>The message names the member that is wrong, and why.</summary>
public sealed class JsonMistakeException(string message) : Exception(message);
