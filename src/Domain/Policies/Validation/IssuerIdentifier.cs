using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>An issuer identifier (RFC 8414 section 2): https without query or fragment; http on loopback only.</summary>
internal static class IssuerIdentifier
{
    public static void Check(ConfigText issuer, Mistakes mistakes)
    {
        if (!Uri.TryCreate(issuer.Value, UriKind.Absolute, out var uri)
            || !IsSafe(uri) || uri.UserInfo.Length != 0 || issuer.Value.AsSpan().IndexOfAny('?', '#') >= 0)
        {
            mistakes.Add(issuer.At, "the issuer is not an issuer identifier, expected an https URL (http on loopback only) without query or fragment");
        }
    }

    /// <summary>Ours is also the base of our endpoints' URLs, and of no two spellings.</summary>
    public static void CheckOurs(ConfigText issuer, Mistakes mistakes)
    {
        Check(issuer, mistakes);
        if (issuer.Value.EndsWith('/'))
        {
            mistakes.Add(issuer.At, "our issuer ends with a slash, expected none");
        }
    }

    /// <summary>True for a source of keys that may be asked: https, or http on loopback.</summary>
    public static bool IsSafe(Uri uri) =>
        uri.Scheme == Uri.UriSchemeHttps || (uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback);
}
