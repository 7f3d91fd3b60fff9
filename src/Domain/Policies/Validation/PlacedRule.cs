using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>A rule with its place in the file.</summary>
internal sealed record PlacedRule(AcceptRule Rule, AcceptConfig Config);
