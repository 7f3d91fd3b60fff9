using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Clients;

/// <summary><c>tls_client_auth</c> and <c>self_signed_tls_client_auth</c> (RFC 8705 section 2).</summary>
internal static class CertificateAuthentication
{
    /// <summary><c>id-kp-clientAuth</c> (RFC 5280 section 4.2.1.12).</summary>
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    public static ClientAuthenticationOutcome Authenticate(
        ClientCredentials.Certificate credentials, PolicySnapshot policy, IReadOnlyDictionary<string, KeySet> clientKeys, DateTimeOffset now)
    {
        var certificate = credentials.Value;
        policy.Services.TryGetValue(credentials.ClientId, out var client);
        if (client?.Credentials.Certificate is not { } expected)
        {
            return Failed("Unknown client, or one without certificate.");
        }

        if (!certificate.IsCurrent(now))
        {
            return Failed("The certificate is expired or not yet valid.");
        }

        var isRight = expected switch
        {
            CertificateCredential.Named named => named.Thumbprints.Contains(certificate.Thumbprint),
            CertificateCredential.Registered => IsRegistered(certificate, clientKeys.GetValueOrDefault(client.Name), now),
            CertificateCredential.Issued issued =>
                CertificateNames.Has(certificate.Value, issued.Name) && LeadsTo(issued.Authority, certificate.Value, now),
            _ => throw new InvalidOperationException("A credential of an unknown kind."),
        };
        return isRight
            ? new ClientAuthenticationOutcome(client, null)
            : Failed("The certificate is not one of the client's.") with
            {
                RefreshClient = expected is CertificateCredential.Registered ? client.Name : null,
            };

        ClientAuthenticationOutcome Failed(string detail) =>
            new(null, new Refusal(RefusalReason.ClientAuthenticationFailed, detail), Claimed: credentials.ClientId);
    }

    private static bool IsRegistered(ClientCertificate certificate, KeySet? keys, DateTimeOffset now) =>
        keys is not null && now - keys.FetchedAt <= keys.MaxAge
        && keys.Keys.Any(key => key.CertificateThumbprint == certificate.Thumbprint);

    /// <summary>
    /// RFC 5280 section 6, with the authority's certificates alone. Nothing is fetched: the URLs in a certificate are chosen by
    /// whoever made it. What must end before the certificate does is taken out of the policy, or blocked.
    /// </summary>
    private static bool LeadsTo(CertificateAuthority authority, X509Certificate2 certificate, DateTimeOffset now)
    {
        using var chain = new X509Chain();
        var policy = chain.ChainPolicy;
        policy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        policy.CustomTrustStore.AddRange(authority.Roots);
        policy.ExtraStore.AddRange(authority.Intermediates);
        policy.RevocationMode = X509RevocationMode.NoCheck;
        policy.DisableCertificateDownloads = true;
        policy.ApplicationPolicy.Add(new Oid(ClientAuthentication));
        policy.VerificationTime = now.UtcDateTime;
        return chain.Build(certificate);
    }
}
