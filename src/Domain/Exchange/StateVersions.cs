namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// The epochs of every replicated log a decision was made under. Two equal values mean the same policy, own keys,
/// revocations, issuer keys and client keys.
/// </summary>
public readonly record struct StateVersions(long Policy, long Keys, long Revocations, long IssuerKeys, long ClientKeys);
