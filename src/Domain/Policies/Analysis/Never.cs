namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// A theorem: no chain of exchanges puts a token into the hands of this service, or of any of this domain, that holds this scope
/// and this claim, of a subject of this issuer. What is null is left open; not all are.
/// </summary>
public sealed record Never(string? Service = null, string? Domain = null, string? Scope = null, string? Claim = null, string? Issuer = null)
{
    /// <summary>As one reads it.</summary>
    public override string ToString() => "never " + string.Join(", ", Named());

    private IEnumerable<string> Named()
    {
        foreach (var (name, value) in new[] { ("service", Service), ("domain", Domain), ("scope", Scope), ("claim", Claim), ("issuer", Issuer) })
        {
            if (value is not null)
            {
                yield return $"{name} {value}";
            }
        }
    }
}
