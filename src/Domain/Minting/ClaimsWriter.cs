using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>The claims of one token (RFC 9068 section 2.2), before they are written.</summary>
internal readonly ref struct TokenClaims
{
    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public required ImmutableArray<string> Audiences { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required string JwtId { get; init; }

    /// <summary>Null in a grant for another domain, which knows its clients by names of its own.</summary>
    public required string? ClientId { get; init; }

    public required ScopeSet Scope { get; init; }

    /// <summary>Null for a bearer token.</summary>
    public required Confirmation? Confirmation { get; init; }

    public required AuthorizationDetails AuthorizationDetails { get; init; }

    public required ImmutableArray<KeyValuePair<string, JsonElement>> Further { get; init; }

    /// <summary>Null in a grant for another domain, which never comes back to us.</summary>
    public required string? Lineage { get; init; }
}

/// <summary>
/// Writes a claims set (RFC 7519 section 4) as UTF-8 JSON: first what tokens of one rule have in common whoever they are for, so that a memory of
/// many can hold that once.
/// </summary>
internal static class ClaimsWriter
{
    /// <summary>
    /// What no granted claim may be: what is written here, and what would change how the token may be used. An
    /// <c>act</c> and a <c>may_act</c> are granted: the decision says who acts, and who may act next.
    /// </summary>
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.Ordinal,
        "iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", Confirmation.ClaimName, Lineage.ClaimName, AuthorizationDetails.Name, EmbeddedTokens.ClaimName);

    // The text ends up in base64url, never in HTML: escaping more than JSON asks for only makes tokens longer.
    private static readonly JsonScratch Scratch = new(new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <exception cref="InvalidOperationException">A further claim is reserved or comes twice.</exception>
    public static byte[] Write(in TokenClaims claims) => Scratch.Write(claims, Write).ToArray();

    private static void Write(Utf8JsonWriter json, TokenClaims claims)
    {
        json.WriteStartObject();
        json.WriteString("iss", claims.Issuer);
        WriteAudiences(json, claims.Audiences);
        WriteOptional(json, "client_id", claims.ClientId);
        if (!claims.Scope.IsEmpty)
        {
            json.WriteString("scope", claims.Scope.Text);
        }

        if (!claims.AuthorizationDetails.IsEmpty)
        {
            json.WritePropertyName(AuthorizationDetails.Name);
            json.WriteRawValue(claims.AuthorizationDetails.Text, skipInputValidation: true);
        }

        json.WriteString("sub", claims.Subject);
        json.WriteNumber("exp", claims.ExpiresAt.ToUnixTimeSeconds());
        json.WriteNumber("iat", claims.IssuedAt.ToUnixTimeSeconds());
        json.WriteString("jti", claims.JwtId);
        if (claims.Confirmation is { } confirmation)
        {
            json.WriteStartObject(Confirmation.ClaimName);
            json.WriteString(confirmation.Member, confirmation.Thumbprint);
            json.WriteEndObject();
        }

        WriteFurther(json, claims.Further);
        WriteOptional(json, Lineage.ClaimName, claims.Lineage);
        json.WriteEndObject();
    }

    private static void WriteOptional(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    /// <summary>A string for one audience, which every reader understands; an array for several.</summary>
    private static void WriteAudiences(Utf8JsonWriter json, ImmutableArray<string> audiences)
    {
        if (audiences.Length == 1)
        {
            json.WriteString("aud", audiences[0]);
            return;
        }

        json.WriteStartArray("aud");
        foreach (var audience in audiences)
        {
            json.WriteStringValue(audience);
        }

        json.WriteEndArray();
    }

    private static void WriteFurther(Utf8JsonWriter json, ImmutableArray<KeyValuePair<string, JsonElement>> claims)
    {
        for (var i = 0; i < claims.Length; i++)
        {
            var name = claims[i].Key;
            if (Reserved.Contains(name) || Comes(name, claims.AsSpan(0, i)))
            {
                throw new InvalidOperationException("A granted claim is reserved or comes twice.");
            }

            json.WritePropertyName(name);
            claims[i].Value.WriteTo(json);
        }
    }

    private static bool Comes(string name, ReadOnlySpan<KeyValuePair<string, JsonElement>> earlier)
    {
        foreach (var claim in earlier)
        {
            if (string.Equals(claim.Key, name, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
