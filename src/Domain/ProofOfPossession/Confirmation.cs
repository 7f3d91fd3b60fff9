using System.Text.Json;

namespace ExchangeCluster.Domain.ProofOfPossession;

/// <summary>
/// The key that a token is bound to: the claim <c>cnf</c> (RFC 7800 section 3.1) with its only member, <c>jkt</c> of a DPoP
/// key (RFC 9449 section 6.1) or <c>x5t#S256</c> of a client certificate (RFC 8705 section 3.1).
/// </summary>
public sealed record Confirmation
{
    public const string ClaimName = "cnf";

    private const string KeyMember = "jkt";

    private const string CertificateMember = "x5t#S256";

    /// <summary>SHA-256 in base64url without padding.</summary>
    private const int ThumbprintLength = 43;

    private Confirmation(string member, string thumbprint)
    {
        Member = member;
        Thumbprint = thumbprint;
    }

    /// <summary>Name of the member of <c>cnf</c>: one thumbprint of a key and of a certificate are two bindings.</summary>
    public string Member { get; }

    /// <summary>SHA-256 in base64url.</summary>
    public string Thumbprint { get; }

    /// <summary>Whether the key is proved by DPoP, and not by the TLS connection.</summary>
    public bool IsDpop => Member == KeyMember;

    /// <param name="thumbprint">SHA-256 thumbprint of the public key (RFC 7638), base64url.</param>
    public static Confirmation OfKey(string thumbprint) => new(KeyMember, thumbprint);

    /// <param name="thumbprint">SHA-256 of the certificate in DER, base64url.</param>
    public static Confirmation OfCertificate(string thumbprint) => new(CertificateMember, thumbprint);

    /// <summary>
    /// False when there is a <c>cnf</c> that isn't exactly one of the two members: a binding that can't be proved here must not
    /// read as none. Null when the token is not bound.
    /// </summary>
    public static bool TryRead(JsonElement claims, out Confirmation? confirmation)
    {
        confirmation = null;
        if (!claims.TryGetProperty(ClaimName, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.Object || value.GetPropertyCount() != 1)
        {
            return false;
        }

        var member = value.EnumerateObject().Single();
        if (member.Name is not (KeyMember or CertificateMember)
            || member.Value.ValueKind != JsonValueKind.String || member.Value.GetString() is not { Length: ThumbprintLength } text)
        {
            return false;
        }

        confirmation = new Confirmation(member.Name, text);
        return true;
    }

    /// <summary>Of a token whose claims were validated.</summary>
    /// <exception cref="InvalidOperationException">They were not.</exception>
    public static Confirmation? Of(JsonElement claims) =>
        claims.ValueKind != JsonValueKind.Object ? null
        : TryRead(claims, out var confirmation) ? confirmation
        : throw new InvalidOperationException("A validated token has a cnf of another shape.");
}
