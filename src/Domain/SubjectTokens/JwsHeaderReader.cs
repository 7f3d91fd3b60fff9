using System.Text.Json;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Checks the JOSE header before any key is looked up (RFC 7515 section 4, RFC 8725 section 3).</summary>
internal static class JwsHeaderReader
{
    public const string JwkMember = "jwk";

    /// <summary>
    /// Members that no token here needs. They let a token choose its own key (<c>jwk</c>, <c>jku</c>, <c>x5u</c>,
    /// <c>x5c</c>; RFC 8725 section 3.10), demand an extension that isn't understood (<c>crit</c>), or change what the
    /// payload is (<c>b64</c>, <c>zip</c>, <c>enc</c>).
    /// </summary>
    private static readonly string[] RefusedMembers = [JwkMember, "jku", "x5u", "x5c", "crit", "b64", "zip", "enc"];

    /// <summary>Null and the header, or what is wrong with it.</summary>
    /// <param name="json">The header.</param>
    /// <param name="ownKey">Whether it may hold a <c>jwk</c>: in a proof of possession of just that key.</param>
    /// <param name="header">What it says.</param>
    public static string? Read(JsonElement json, bool ownKey, out JwsHeader header)
    {
        header = default;
        foreach (var member in RefusedMembers)
        {
            if (!(ownKey && member == JwkMember) && json.TryGetProperty(member, out _))
            {
                return $"The header has {member}.";
            }
        }

        if (!TryReadString(json, "alg", out var algorithm) || algorithm is null || !JwsAlgorithms.IsSupported(algorithm))
        {
            return "The header's alg is not an asymmetric signature algorithm.";
        }

        if (!TryReadString(json, "kid", out var keyId) || keyId is { Length: 0 or > JwkReader.MaxKeyIdLength })
        {
            return "The header's kid is not a string of 1 to 256 characters.";
        }

        if (!TryReadString(json, "typ", out var type))
        {
            return "The header's typ is not a string.";
        }

        if (!TryReadString(json, "cty", out var contentType)
            || (contentType is not null && TokenMediaType.Normalize(contentType) == TokenMediaType.Jwt))
        {
            return "The header's cty names a nested token or is not a string.";
        }

        header = new JwsHeader(algorithm, keyId, type is null ? null : TokenMediaType.Normalize(type));
        return null;
    }

    /// <summary>False when the member is there and not a string.</summary>
    private static bool TryReadString(JsonElement json, string member, out string? value)
    {
        value = null;
        if (!json.TryGetProperty(member, out var element))
        {
            return true;
        }

        value = element.ValueKind == JsonValueKind.String ? element.GetString() : null;
        return value is not null;
    }
}
