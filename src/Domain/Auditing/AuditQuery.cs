using System.Globalization;
using System.Text.Json;

namespace ExchangeCluster.Domain.Auditing;

/// <summary>Which lines of an audit (docs/audit.md) are asked for: all that is set must fit.</summary>
public sealed record AuditQuery
{
    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    /// <summary>The client that asked.</summary>
    public string? Client { get; init; }

    /// <summary>One of the targets, by name.</summary>
    public string? Target { get; init; }

    /// <summary><c>issued</c> or <c>refused</c>.</summary>
    public string? Outcome { get; init; }

    /// <summary>Handle of the person, or of an actor.</summary>
    public string? Person { get; init; }

    /// <summary>Handle of the token that a chain began with.</summary>
    public string? Lineage { get; init; }

    /// <summary>Handle of a token: issued, presented, or within an issued one.</summary>
    public string? Token { get; init; }

    /// <summary>Id of the request.</summary>
    public string? Request { get; init; }

    /// <summary>True for a line that fits; false for what is no line of an audit.</summary>
    public bool Matches(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            return document.RootElement.ValueKind == JsonValueKind.Object && Matches(document.RootElement);
        }
        catch (JsonException)
        {
            // The last line of a process that was killed.
            return false;
        }
    }

    private bool Matches(JsonElement entry) =>
        IsInTime(entry)
        && (Client is null || Is(entry, "client", Client))
        && (Target is null || (entry.TryGetProperty("targets", out var targets) && targets.EnumerateArray().Any(target => target.ValueEquals(Target))))
        && (Outcome is null || Is(entry, "outcome", Outcome))
        && (Person is null || Is(entry, "subject", Person) || Is(entry, "actor", Person))
        && (Lineage is null || Is(entry, "lineage", Lineage))
        && (Token is null || Is(entry, "token", Token) || Is(entry, "subject_token", Token) || Is(entry, "actor_token", Token) || IsEmbedded(entry, Token))
        && (Request is null || Is(entry, "request", Request));

    private bool IsInTime(JsonElement entry) =>
        entry.TryGetProperty("time", out var time)
        && time.TryGetDateTimeOffset(out var at)
        && !(at < Since) && !(at >= Until);

    private static bool Is(JsonElement entry, string name, string value) => entry.TryGetProperty(name, out var found) && found.ValueEquals(value);

    private static bool IsEmbedded(JsonElement entry, string token) =>
        entry.TryGetProperty("embedded", out var embedded) && embedded.EnumerateArray().Any(one => Is(one, "token", token));

    /// <summary>Reads a time: ISO 8601, or so long ago: <c>90m</c>, <c>24h</c>, <c>7d</c>.</summary>
    public static DateTimeOffset? ReadTime(string text, DateTimeOffset now)
    {
        if (text.Length > 1 && int.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= 100_000)
        {
            return text[^1] switch
            {
                'm' => now.AddMinutes(-count),
                'h' => now.AddHours(-count),
                'd' => now.AddDays(-count),
                _ => null,
            };
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }
}
