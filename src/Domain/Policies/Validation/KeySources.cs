using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Where public keys come from: at most one source may be named.</summary>
internal static class KeySources
{
    /// <summary>Null when none is named.</summary>
    public static KeySetSource? Read(TrustedIssuerConfig issuer, Mistakes mistakes)
    {
        CheckOne(
            mistakes,
            "jwks_uri, jwks_file, jwks, certificates_file and certificates",
            issuer.JwksUri?.At, issuer.JwksFile?.At, issuer.Jwks?.At, issuer.CertificatesFile?.At, issuer.Certificates?.At);
        return issuer.CertificatesFile is { } file ? new KeySetSource(File: file.Value)
            : issuer.Certificates is { } pem ? ReadPem(pem, mistakes)
            : ReadOne(issuer.JwksUri, issuer.JwksFile, issuer.Jwks, mistakes);
    }

    /// <summary>Null when none is named.</summary>
    public static KeySetSource? Read(ConfigText? uri, ConfigText? file, ConfigAny? inline, Mistakes mistakes)
    {
        CheckOne(mistakes, "jwks_uri, jwks_file and jwks", uri?.At, file?.At, inline?.At);
        return ReadOne(uri, file, inline, mistakes);
    }

    private static void CheckOne(Mistakes mistakes, string sources, params Position?[] places)
    {
        Position[] named = [.. places.OfType<Position>().OrderBy(at => at.Line).ThenBy(at => at.Column)];
        if (named.Length > 1)
        {
            mistakes.Add(named[1], $"keys have a second source, expected one of {sources}");
        }
    }

    private static KeySetSource? ReadOne(ConfigText? uri, ConfigText? file, ConfigAny? inline, Mistakes mistakes)
    {
        if (uri is not null)
        {
            if (Uri.TryCreate(uri.Value, UriKind.Absolute, out var location) && IssuerIdentifier.IsSafe(location) && location.UserInfo.Length == 0)
            {
                return new KeySetSource(JwksUri: location);
            }

            mistakes.Add(uri.At, "jwks_uri is not usable, expected an https URL (http on loopback only)");
        }

        return file is not null ? new KeySetSource(File: file.Value)
            : inline is not null ? ReadInline(inline, mistakes)
            : null;
    }

    private static KeySetSource ReadPem(ConfigText pem, Mistakes mistakes)
    {
        if (PrivateKeys.AreIn(pem, mistakes))
        {
            return new KeySetSource(Inline: "");
        }

        try
        {
            return new KeySetSource(Inline: PemKeySet.ToJwks(pem.Value));
        }
        catch (FormatException e)
        {
            mistakes.Add(pem.At, $"certificates can't be read ({e.Message}), expected PEM of certificates or public keys");
            return new KeySetSource(Inline: "");
        }
    }

    private static KeySetSource ReadInline(ConfigAny inline, Mistakes mistakes)
    {
        if (PrivateKeys.AreIn(inline, mistakes))
        {
            return new KeySetSource(Inline: "");
        }

        var jwks = JsonValues.ToText(inline.Node);
        try
        {
            var keySet = KeySetReader.Read(jwks, DateTimeOffset.UnixEpoch, TimeSpan.MaxValue);
            foreach (var refused in keySet.Refused)
            {
                mistakes.Add(inline.At, $"a key of jwks can't be used ({refused}), expected none such");
            }
        }
        catch (FormatException e)
        {
            mistakes.Add(inline.At, $"jwks can't be read ({e.Message}), expected a JWK Set");
        }

        return new KeySetSource(Inline: jwks);
    }
}
