using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Finds out what a presented text is, where only a token of ours will do: introspection, revocation and our own
/// management API ask nowhere else.
/// </summary>
internal sealed class OwnTokenResolver(ITokenReferences references, TimeProvider time)
{
    private readonly OpaqueTokens opaque = new(references);

    /// <summary>The token, revoked or not; null when it is not a token of ours that is valid now.</summary>
    public async ValueTask<ValidatedToken?> ResolveAsync(SensitiveText token, ClusterSnapshot snapshot)
    {
        if (await opaque.ToJwtAsync(token, TokenTypeIdentifiers.AccessToken, snapshot.KeyRing.Secret, CancellationToken.None) is not { } text)
        {
            return null;
        }

        var outcome = SubjectTokenValidator.Validate(
            text.Reveal(),
            TokenTypeIdentifiers.AccessToken,
            snapshot.Policy,
            snapshot.IssuerKeys,
            snapshot.KeyRing,
            time.GetUtcNow());
        return outcome.Token?.Lineage is null ? null : outcome.Token;
    }

    /// <summary>The token; null also when it is revoked.</summary>
    public async ValueTask<ValidatedToken?> ResolveActiveAsync(SensitiveText token, ClusterSnapshot snapshot) =>
        await ResolveAsync(token, snapshot) is { } found && snapshot.CheckRevoked(found) is null
            ? found
            : null;
}
