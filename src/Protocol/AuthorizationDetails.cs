using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace ExchangeCluster.Protocol;

/// <summary>
/// Authorization details (RFC 9396 section 2): a JSON array of objects, each with a <c>type</c>, parsed once and bounded.
/// </summary>
public sealed class AuthorizationDetails : IEquatable<AuthorizationDetails>
{
    /// <summary>Name of the parameter, the response member and the claim.</summary>
    public const string Name = "authorization_details";

    /// <summary>Name of the member that says what kind of detail an object is.</summary>
    public const string TypeMember = "type";

    /// <summary>The most objects of one array.</summary>
    public const int MaxCount = 20;

    /// <summary>The longest text, in characters.</summary>
    public const int MaxLength = 8 * 1024;

    private const int MaxDepth = 8;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = MaxDepth };

    // The text is JSON for machines, never part of HTML.
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private AuthorizationDetails(ImmutableArray<JsonElement> items)
    {
        Items = items;
        Text = "[" + string.Join(',', items.Select(item => JsonSerializer.Serialize(item, Compact))) + "]";
    }

    /// <summary>No details.</summary>
    public static AuthorizationDetails Empty { get; } = new([]);

    /// <summary>Members that hold what may be done, each an array of strings (RFC 9396 section 2.2).</summary>
    public static ImmutableArray<string> SetMembers { get; } = ["actions", "datatypes", "locations", "privileges"];

    /// <summary>JSON objects, in the order of the text.</summary>
    public ImmutableArray<JsonElement> Items { get; }

    /// <summary>The array as JSON without white space.</summary>
    public string Text { get; }

    public bool IsEmpty => Items.IsEmpty;

    /// <summary>
    /// Reads the JSON text. False when it is longer than <see cref="MaxLength"/>, not strict JSON (duplicate members, lone
    /// surrogates, too deep), or not of the shape of RFC 9396 section 2.
    /// </summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out AuthorizationDetails? details)
    {
        ArgumentNullException.ThrowIfNull(text);
        details = null;
        try
        {
            return text.Length <= MaxLength && TryRead(JsonElement.Parse(text, Strict), out details);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException or ArgumentException)
        {
            // Not JSON, or half a surrogate pair: escaped in the text, or in the text itself.
            return false;
        }
    }

    /// <summary>Reads a value of JSON that is strict already. False when it is not of the shape of RFC 9396 section 2.</summary>
    public static bool TryRead(JsonElement json, [NotNullWhen(true)] out AuthorizationDetails? details)
    {
        details = null;
        if (json.ValueKind != JsonValueKind.Array || json.GetArrayLength() > MaxCount)
        {
            return false;
        }

        foreach (var item in json.EnumerateArray())
        {
            if (!IsDetail(item))
            {
                return false;
            }
        }

        details = Of([.. json.EnumerateArray()]);
        return true;
    }

    /// <summary>Details of objects that are well-formed.</summary>
    public static AuthorizationDetails Of(ImmutableArray<JsonElement> items) => items.IsEmpty ? Empty : new(items);

    /// <summary>The <c>type</c> of one of <see cref="Items"/>.</summary>
    public static string TypeOf(JsonElement item) => item.GetProperty(TypeMember).GetString()!;

    /// <summary>By the text: another order or spelling is another value, though it may mean the same.</summary>
    public bool Equals(AuthorizationDetails? other) => other is not null && string.Equals(Text, other.Text, StringComparison.Ordinal);

    public override bool Equals(object? obj) => Equals(obj as AuthorizationDetails);

    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(Text);

    /// <summary>What is in it is the business of the parties, not of a log.</summary>
    public override string ToString() => $"AuthorizationDetails({Items.Length})";

    private static bool IsDetail(JsonElement item)
    {
        if (item.ValueKind != JsonValueKind.Object
            || !item.TryGetProperty(TypeMember, out var type) || type.ValueKind != JsonValueKind.String || type.GetString()!.Length == 0
            || (item.TryGetProperty("identifier", out var identifier) && identifier.ValueKind != JsonValueKind.String))
        {
            return false;
        }

        foreach (var member in SetMembers)
        {
            if (item.TryGetProperty(member, out var set) && !IsSet(set))
            {
                return false;
            }
        }

        return true;
    }

    private static bool IsSet(JsonElement set)
    {
        if (set.ValueKind != JsonValueKind.Array)
        {
            return false;
        }

        foreach (var value in set.EnumerateArray())
        {
            if (value.ValueKind != JsonValueKind.String)
            {
                return false;
            }
        }

        return true;
    }
}
