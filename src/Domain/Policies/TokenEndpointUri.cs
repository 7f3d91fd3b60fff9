namespace ExchangeCluster.Domain.Policies;

/// <summary>Where callers find the token endpoint: made of the policy's issuer, never of a request's Host.</summary>
public static class TokenEndpointUri
{
    public const string Path = "/oauth/token";

    public static Uri Of(PolicySnapshot policy) => new(policy.Issuer.TrimEnd('/') + Path);
}
