namespace ExchangeCluster.Domain.Policies.Analysis.Findings;

/// <summary>Tokens that would carry more than there is room for: an estimate from the rules alone.</summary>
internal static class EmbeddingFindings
{
    /// <summary>Characters of a signed token without claims or cargo: header, protocol claims, lineage, signature.</summary>
    private const int BareToken = 900;

    /// <summary>Characters of one claim, encoded.</summary>
    private const int Claim = 50;

    public static IEnumerable<Finding> Of(PolicySource source)
    {
        var policy = source.Snapshot;
        foreach (var (name, config) in source.Config.Services?.Members ?? [])
        {
            if (policy.Sharing.EmbedsOf(name.Value).IsEmpty)
            {
                continue;
            }

            var length = LengthFor(policy, name.Value, policy.Embedding.Depth);
            if (length > policy.Embedding.MaxBytes)
            {
                yield return new Finding(
                    FindingKinds.EmbeddingBudget, name.At, $"a token for '{name.Value}' with all that it should carry has about {length} bytes, more than max_bytes ({policy.Embedding.MaxBytes})");
            }
        }

        if (source.Config.Embedding?.MaxBytes is { Value: > 8192 } budget)
        {
            yield return new Finding(FindingKinds.EmbeddingBudget, budget.At, $"max_bytes is {budget.Value}: a token of that length fills more than 8 KiB of headers");
        }
    }

    private static int LengthFor(PolicySnapshot policy, string service, int depth)
    {
        var claims = policy.Rules.Count == 0 ? 0 : Claim * 3;
        var carried = depth == 0 ? 0 : policy.Sharing.EmbedsOf(service).Sum(target => LengthFor(policy, target, depth - 1));
        // Cargo is encoded once more on its way out.
        return BareToken + claims + (carried * 4 / 3);
    }
}
