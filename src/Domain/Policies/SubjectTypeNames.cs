using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies;

/// <summary>How a policy names the types of subject tokens: the last part of the identifier (RFC 8693 section 3).</summary>
internal static class SubjectTypeNames
{
    public const string AccessToken = "access_token";
    public const string Jwt = "jwt";
    public const string IdToken = "id_token";
    public const string Saml2 = "saml2";

    /// <exception cref="ArgumentOutOfRangeException">Not one of the above.</exception>
    public static string Parse(string name) => name switch
    {
        AccessToken => TokenTypeIdentifiers.AccessToken,
        Jwt => TokenTypeIdentifiers.Jwt,
        IdToken => TokenTypeIdentifiers.IdToken,
        Saml2 => TokenTypeIdentifiers.Saml2,
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No such type."),
    };
}
