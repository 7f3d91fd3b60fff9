using System.Text.Json;

namespace ExchangeCluster.Domain.ProofOfPossession;

/// <summary>The key that a token is bound to: the <c>cnf</c> claim with its member <c>jkt</c> (RFC 9449 section 6.1).</summary>
/// <param name="KeyThumbprint">SHA-256 thumbprint of the public key (RFC 7638), base64url.</param>
public sealed record Confirmation(string KeyThumbprint)
{
    public const string ClaimName = "cnf";

    public const string KeyThumbprintMember = "jkt";

    /// <summary>SHA-256 in base64url without padding.</summary>
    private const int ThumbprintLength = 43;

    /// <summary>
    /// False when there is a <c>cnf</c> that isn't exactly one <c>jkt</c>: a binding that can't be proved here must not read
    /// as none. Null when the token is not bound.
    /// </summary>
    public static bool TryRead(JsonElement claims, out Confirmation? confirmation)
    {
        confirmation = null;
        if (!claims.TryGetProperty(ClaimName, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 1
            || !value.TryGetProperty(KeyThumbprintMember, out var thumbprint)
            || thumbprint.ValueKind != JsonValueKind.String || thumbprint.GetString() is not { Length: ThumbprintLength } text)
        {
            return false;
        }

        confirmation = new Confirmation(text);
        return true;
    }

    /// <summary>Of a token whose claims were validated.</summary>
    /// <exception cref="InvalidOperationException">They were not.</exception>
    public static Confirmation? Of(JsonElement claims) =>
        claims.ValueKind != JsonValueKind.Object ? null
        : TryRead(claims, out var confirmation) ? confirmation
        : throw new InvalidOperationException("A validated token has a cnf of another shape.");
}
