using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Finds the JWT behind an opaque token of ours, so that both kinds pass the same checks.</summary>
internal sealed class OpaqueTokens(ITokenReferences references)
{
    /// <summary>What a reference is refused for that stands for nothing.</summary>
    public static readonly Refusal Unknown = new(RefusalReason.SubjectTokenMalformed, "The token is no opaque token of ours, or has expired.");

    /// <summary>
    /// The text itself where it is not declared an access token or doesn't claim to be an opaque one; null where it claims
    /// so, and stands for nothing.
    /// </summary>
    /// <exception cref="DependencyFailedException">The store did not answer.</exception>
    public async ValueTask<SensitiveText?> ToJwtAsync(
        SensitiveText text, string tokenType, ClusterSecret secret, CancellationToken cancellationToken) =>
        tokenType == TokenTypeIdentifiers.AccessToken && TokenReference.IsCandidate(text)
            ? await DependencyFailedException.GuardAsync(
                "store", () => references.FindAsync(text, secret, cancellationToken), cancellationToken)
            : text;
}
