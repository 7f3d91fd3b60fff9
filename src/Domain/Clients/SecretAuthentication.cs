using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Clients;

/// <summary><c>client_secret_basic</c> and <c>client_secret_post</c> (RFC 6749 section 2.3.1).</summary>
internal static class SecretAuthentication
{
    /// <summary>
    /// Hashes compared for every attempt. A client may have two secrets while one replaces the other; a missing one, and
    /// those of an unknown client, are compared too, so that time does not tell which clients exist.
    /// </summary>
    private const int Comparisons = 2;

    public static bool IsClient(Service? service, SensitiveText secret)
    {
        var hashes = service?.Credentials.SecretHashes ?? [];
        var matches = false;
        for (var index = 0; index < Math.Max(Comparisons, hashes.Length); index++)
        {
            matches |= (index < hashes.Length ? hashes[index] : ClientSecretHash.OfNobody).Verify(secret);
        }

        return matches;
    }
}
