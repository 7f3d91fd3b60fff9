using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>An issuer identifier (RFC 8414 section 2): https without query or fragment; http on loopback only.</summary>
internal static class IssuerIdentifier
{
    public static void Check(ConfigText issuer, Mistakes mistakes)
    {
        if (!Uri.TryCreate(issuer.Value, UriKind.Absolute, out var uri)
            || !IsSafe(uri) || uri.Query.Length != 0 || uri.Fragment.Length != 0 || uri.UserInfo.Length != 0 || issuer.Value.EndsWith('/'))
        {
            mistakes.Add(
                issuer.At,
                "the issuer is not an issuer identifier, expected an https URL (http on loopback only) without query, fragment or final slash");
        }
    }

    /// <summary>True for a source of keys that may be asked: https, or http on loopback.</summary>
    public static bool IsSafe(Uri uri) =>
        uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);
}
