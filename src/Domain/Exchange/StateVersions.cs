namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// The epochs of every replicated log a decision was made under. Two equal values mean the same policy, own keys,
/// revocations, issuer keys and client keys. An object, because millions of cached tokens stand under the same ones.
/// </summary>
public sealed record StateVersions(long Policy, long Keys, long Revocations, long IssuerKeys, long ClientKeys)
{
    /// <summary>
    /// Of the log of revocations. A store that is begun anew counts its epochs from zero again, and what was decided before must not look
    /// current when they come by. All logs are begun anew at once, so that of one tells.
    /// </summary>
    public Guid Incarnation { get; init; }

    /// <summary>Equal, but for what may have been revoked since.</summary>
    public bool IsSameButForRevocations(StateVersions other) =>
        (Incarnation, Policy, Keys, IssuerKeys, ClientKeys) == (other.Incarnation, other.Policy, other.Keys, other.IssuerKeys, other.ClientKeys);
}
