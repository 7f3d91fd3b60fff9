namespace ExchangeCluster.Domain.Policies;

/// <summary>Ways to a token that a rule can open: which <c>grant_type</c> it speaks for.</summary>
[Flags]
public enum Grants
{
    None = 0,

    /// <summary>RFC 8693: a token for the subject of another one.</summary>
    TokenExchange = 1,

    /// <summary>RFC 6749 section 4.4: the caller's own token.</summary>
    ClientCredentials = 2,

    /// <summary>RFC 7523 section 2.1: a token for the subject of a trusted issuer's authorization grant.</summary>
    JwtBearer = 4,

    All = TokenExchange | ClientCredentials | JwtBearer,
}

public static class GrantNames
{
    public const string TokenExchange = "token-exchange";
    public const string ClientCredentials = "client-credentials";
    public const string JwtBearer = "jwt-bearer";

    public static Grants Parse(string name) => name switch
    {
        TokenExchange => Grants.TokenExchange,
        ClientCredentials => Grants.ClientCredentials,
        JwtBearer => Grants.JwtBearer,
        _ => Grants.None,
    };

    /// <summary>For people.</summary>
    public static string Listed(Grants grants) => string.Join(", ", new[] { Grants.TokenExchange, Grants.ClientCredentials, Grants.JwtBearer }
        .Where(grant => grants.HasFlag(grant)).Select(Of));

    /// <exception cref="ArgumentOutOfRangeException">Not exactly one grant.</exception>
    public static string Of(Grants grant) => grant switch
    {
        Grants.TokenExchange => TokenExchange,
        Grants.ClientCredentials => ClientCredentials,
        Grants.JwtBearer => JwtBearer,
        _ => throw new ArgumentOutOfRangeException(nameof(grant), grant, "Not one grant."),
    };
}
