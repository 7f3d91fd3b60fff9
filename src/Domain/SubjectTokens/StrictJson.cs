using System.Text.Json;
using System.Text.Unicode;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Reads one JSON object as every careful reader would: no duplicate members (escaped spellings included), no trailing
/// text, comments or commas, valid UTF-8 without byte order mark, no lone surrogates, and bounded throughout. Two readers
/// that disagree about a token are an attack (RFC 8725 section 2.4).
/// </summary>
internal static class StrictJson
{
    /// <summary>Deepest nesting of objects and arrays.</summary>
    public const int MaxDepth = 32;

    /// <summary>Most members of all objects of a token part together.</summary>
    public const int MaxMembers = 1000;

    /// <summary>Longest number, in characters: decimal arithmetic on longer ones is a burden and never a date or a count.</summary>
    public const int MaxNumberLength = 64;

    private static readonly JsonReaderOptions ReaderOptions = new() { MaxDepth = MaxDepth };

    private static readonly JsonDocumentOptions DocumentOptions = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    public static bool TryParseObject(ReadOnlySpan<byte> utf8, out JsonElement value, int maxMembers = MaxMembers)
    {
        value = default;
        if (!Utf8.IsValid(utf8))
        {
            return false;
        }

        try
        {
            if (!IsBounded(utf8, maxMembers))
            {
                return false;
            }

            value = JsonElement.Parse(utf8, DocumentOptions);
            return value.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
        catch (InvalidOperationException)
        {
            // The reader's way to say that an escaped string holds half a surrogate pair.
            return false;
        }
    }

    private static bool IsBounded(ReadOnlySpan<byte> utf8, int maxMembers)
    {
        var reader = new Utf8JsonReader(utf8, ReaderOptions);
        var members = 0;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.PropertyName && ++members > maxMembers)
            {
                return false;
            }

            if (reader.TokenType == JsonTokenType.Number && reader.ValueSpan.Length > MaxNumberLength)
            {
                return false;
            }

            if (reader.ValueIsEscaped)
            {
                // Only unescaping finds lone surrogates; the document would keep them until someone asks for the string.
                _ = reader.GetString();
            }
        }

        return true;
    }
}
