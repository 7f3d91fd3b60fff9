using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Reads a JWK Set (RFC 7517) into the keys that may verify signatures.</summary>
public static class KeySetReader
{
    /// <summary>Longest set, in characters.</summary>
    public const int MaxLength = 512 * 1024;

    /// <summary>Most members of all keys together; unknown ones count too.</summary>
    private const int MaxMembers = KeySet.MaxKeys * 40;

    /// <exception cref="FormatException">It is not a JWK Set, or has more than <see cref="KeySet.MaxKeys"/> keys.</exception>
    public static KeySet Read(string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge)
    {
        if (jwks.Length > MaxLength)
        {
            throw new FormatException($"The JWK Set is longer than {MaxLength} characters.");
        }

        if (!StrictJson.TryParseObject(Encoding.UTF8.GetBytes(jwks), out var set, MaxMembers))
        {
            throw new FormatException("The JWK Set is not a JSON object, is too large, or has duplicate members.");
        }

        if (!set.TryGetProperty("keys", out var keys) || keys.ValueKind != JsonValueKind.Array)
        {
            throw new FormatException("The JWK Set has no array \"keys\".");
        }

        if (keys.GetArrayLength() > KeySet.MaxKeys)
        {
            throw new FormatException($"The JWK Set has more than {KeySet.MaxKeys} keys.");
        }

        var refused = ImmutableArray.CreateBuilder<string>();
        var usable = ImmutableArray.CreateBuilder<VerificationKey>();
        var index = 0;
        foreach (var jwk in keys.EnumerateArray())
        {
            var problem = JwkReader.Read(jwk, out var key);
            if (key is null)
            {
                refused.Add($"{NameOf(jwk, index)}: {problem}");
            }
            else
            {
                usable.Add(key);
            }

            index++;
        }

        return new KeySet
        {
            Keys = WithoutAmbiguousIds(usable.ToImmutable(), refused),
            Refused = refused.ToImmutable(),
            FetchedAt = fetchedAt,
            MaxAge = maxAge,
        };
    }

    /// <summary>A kid that names two usable keys names none: which one verifies must not depend on their order.</summary>
    private static ImmutableArray<VerificationKey> WithoutAmbiguousIds(
        ImmutableArray<VerificationKey> keys, ImmutableArray<string>.Builder refused)
    {
        var ambiguous = keys.Where(key => key.KeyId is not null)
            .GroupBy(key => key.KeyId, StringComparer.Ordinal)
            .Where(group => group.Count() > 1)
            .Select(group => group.Key)
            .ToHashSet(StringComparer.Ordinal);
        foreach (var keyId in ambiguous)
        {
            refused.Add($"kid \"{Printable(keyId!)}\": several keys have it");
        }

        return [.. keys.Where(key => !ambiguous.Contains(key.KeyId))];
    }

    private static string NameOf(JsonElement jwk, int index) =>
        jwk.ValueKind == JsonValueKind.Object && jwk.TryGetProperty("kid", out var keyId) && keyId.ValueKind == JsonValueKind.String
            ? $"key {index} (kid \"{Printable(keyId.GetString()!)}\")"
            : $"key {index}";

    /// <summary>A kid is the publisher's text and goes to logs: short, and ASCII without control characters.</summary>
    private static string Printable(string keyId) =>
        string.Concat(keyId.Take(64).Select(character => char.IsBetween(character, ' ', '~') ? character : '?'));
}
