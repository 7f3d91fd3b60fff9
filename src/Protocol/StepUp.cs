using System.Collections.Immutable;

namespace ExchangeCluster.Protocol;

/// <summary>
/// What authentication of the user would do (RFC 9470 section 3): the caller can ask for it, or hand it on in its own
/// challenge.
/// </summary>
/// <param name="AcrValues">Acceptable authentication contexts, in order of preference; empty: any.</param>
/// <param name="MaxAgeSeconds">The longest time since the user was authenticated; null: any.</param>
public sealed record StepUp(ImmutableArray<string> AcrValues, long? MaxAgeSeconds);
