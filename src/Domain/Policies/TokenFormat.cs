namespace ExchangeCluster.Domain.Policies;

/// <summary>What is issued for a service.</summary>
public enum TokenFormat
{
    /// <summary>A JWT access token (RFC 9068).</summary>
    Jwt,

    /// <summary>An opaque access token: a reference whose JWT the cluster keeps, to be introspected (RFC 7662).</summary>
    Opaque,

    /// <summary>A JWT authorization grant (RFC 7523 section 2.1): the service is the authorization server of another domain.</summary>
    AuthorizationGrant,
}

internal static class TokenFormatNames
{
    public const string Jwt = "jwt";
    public const string Opaque = "opaque";
    public const string AuthorizationGrant = "authorization-grant";

    public static TokenFormat Parse(string? name) => name switch
    {
        Opaque => TokenFormat.Opaque,
        AuthorizationGrant => TokenFormat.AuthorizationGrant,
        _ => TokenFormat.Jwt,
    };
}
