namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The rules as the steps that a chain of exchanges can take, by where a step begins and where it leads.</summary>
internal sealed class RuleGraph(IReadOnlyList<PlacedRule> rules)
{
    private readonly ILookup<string, AcceptRule> byCaller = rules.ToLookup(rule => rule.Rule.From, rule => rule.Rule, StringComparer.Ordinal);
    private readonly ILookup<string, AcceptRule> byTarget = rules.ToLookup(rule => rule.Rule.Target, rule => rule.Rule, StringComparer.Ordinal);

    public IReadOnlyList<PlacedRule> Rules { get; } = rules;

    public IEnumerable<AcceptRule> From(string service) => byCaller[service];

    public IEnumerable<AcceptRule> To(string service) => byTarget[service];
}

/// <summary>One exchange of a chain: <paramref name="Granted"/> by <paramref name="Rule"/>, to whoever holds <paramref name="Held"/>.</summary>
internal sealed record ChainStep(AcceptRule Rule, string Granted, string Held)
{
    /// <summary>For messages.</summary>
    public override string ToString() => Granted == Held
        ? $"{Rule.From} -> {Rule.Target} passes {Granted}"
        : $"{Rule.From} -> {Rule.Target} elevates {Granted} from {Held}";
}
