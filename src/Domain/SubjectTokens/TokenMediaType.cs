namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Values of the <c>typ</c> header (RFC 7515 section 4.1.9): compared without case and without the prefix
/// <c>application/</c>.
/// </summary>
internal static class TokenMediaType
{
    public const string Jwt = "jwt";

    /// <summary>RFC 9068 section 2.1.</summary>
    public const string AccessToken = "at+jwt";

    /// <summary>draft-ietf-oauth-rfc7523bis.</summary>
    public const string ClientAuthentication = "client-authentication+jwt";

    /// <summary>draft-ietf-oauth-rfc7523bis.</summary>
    public const string AuthorizationGrant = "authorization-grant+jwt";

    private const string Prefix = "application/";

    public static string Normalize(string type) =>
        (type.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? type[Prefix.Length..] : type).ToLowerInvariant();
}
