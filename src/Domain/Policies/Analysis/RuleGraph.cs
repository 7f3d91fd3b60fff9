using ExchangeCluster.Domain.Policies.Validation;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// The rules as the steps that a chain of exchanges can take, by where a step begins and where it leads. A rule for the
/// caller's own token carries nothing on: a chain begins with it, as with a token of a trusted issuer.
/// </summary>
internal sealed class RuleGraph(IReadOnlyList<PlacedRule> rules)
{
    private readonly ILookup<string, AcceptRule> byCaller = rules.ToLookup(rule => rule.Rule.From, rule => rule.Rule, StringComparer.Ordinal);
    private readonly ILookup<string, AcceptRule> byTarget = rules.ToLookup(rule => rule.Rule.Target, rule => rule.Rule, StringComparer.Ordinal);

    public IReadOnlyList<PlacedRule> Rules { get; } = rules;

    public IEnumerable<AcceptRule> From(string service) => byCaller[service].Where(IsStep);

    public IEnumerable<AcceptRule> To(string service) => byTarget[service].Where(IsStep);

    private static bool IsStep(AcceptRule rule) => rule.Grants != Grants.ClientCredentials;
}

/// <summary>One exchange of a chain: <paramref name="Granted"/> by <paramref name="Rule"/>, to whoever holds <paramref name="Held"/>.</summary>
internal sealed record ScopeStep(AcceptRule Rule, string Granted, string Held)
{
    /// <summary>For messages.</summary>
    public override string ToString() => Granted == Held
        ? $"{Rule.From} -> {Rule.Target} passes {Granted}"
        : $"{Rule.From} -> {Rule.Target} elevates {Granted} from {Held}";
}
