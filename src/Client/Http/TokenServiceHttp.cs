namespace ExchangeCluster.Client.Http;

/// <summary>The token service's addresses, and the HTTP client that speaks with it.</summary>
internal static class TokenServiceHttp
{
    /// <summary>Name of the <see cref="HttpClient"/>.</summary>
    public const string ClientName = "ExchangeCluster.TokenService";

    private const string TokenPath = "/oauth/token";
    private const string PlanPath = "/sharing-plan";

    /// <summary>Tokens and secrets go over TLS, or stay on this machine.</summary>
    public static bool IsSafe(Uri address) =>
        address.IsAbsoluteUri
        && (address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback));

    /// <summary>The issuer identifier, letter by letter (RFC 8414 section 2): what assertions are for.</summary>
    public static string IdentifierOf(Uri issuer) => issuer.OriginalString.TrimEnd('/');

    public static Uri TokenEndpointOf(Uri issuer) => new(IdentifierOf(issuer) + TokenPath);

    public static Uri SharingPlanOf(Uri issuer) => new(IdentifierOf(issuer) + PlanPath);
}
