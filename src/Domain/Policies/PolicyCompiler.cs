using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Domain.Policies.Validation;

namespace ExchangeCluster.Domain.Policies;

/// <summary>YAML text → config records → validated model → compiled snapshot.</summary>
public static class PolicyCompiler
{
    /// <summary>Never throws for a text, whatever it holds.</summary>
    /// <param name="text">The policy.</param>
    /// <param name="file">Its name, for messages.</param>
    public static PolicyCompilation Compile(string text, string file)
    {
        var mistakes = new Mistakes(file);
        return Compile(text, mistakes) is { } snapshot
            ? new PolicyCompilation(snapshot, [], mistakes.Warnings)
            : new PolicyCompilation(null, mistakes.ToImmutable(), []);
    }

    /// <summary>Null when there is a mistake.</summary>
    internal static PolicySnapshot? Compile(string text, Mistakes mistakes) => CompileSource(text, mistakes)?.Snapshot;

    /// <summary>With what the snapshot was made of, and where that stands; null when there is a mistake.</summary>
    internal static PolicySource? CompileSource(string text, Mistakes mistakes)
    {
        var source = YamlReader.Read(text, mistakes) is { } config ? Validate(config, mistakes) : null;
        return mistakes.Any ? null : source;
    }

    private static PolicySource Validate(PolicyConfig config, Mistakes mistakes)
    {
        var top = new TopLevel(config, mistakes);
        var issuers = TrustedIssuers.Read(config, mistakes);
        var services = Services.Read(config, Authorities.Read(config, mistakes), mistakes);
        var rules = Rules.Read(config, services, issuers, mistakes);
        var edges = PlacedEdge.Of(rules);
        Rules.CheckTwins(edges, mistakes);
        Elevations.Check(rules, services, mistakes);
        var sharing = SharingPlanner.Plan(rules, edges, services, top.MaxLifetime, mistakes);
        var snapshot = new PolicySnapshot
        {
            Revision = top.Revision,
            Issuer = top.Issuer,
            MaxLifetime = top.MaxLifetime,
            MaxActorDepth = top.MaxActorDepth,
            DpopNonceRequired = config.DpopNonce?.Value == "required",
            TrustedIssuers = issuers,
            Services = services,
            // These are not frozen: of 100,000 edges that takes longer than all look-ups until the next policy save.
            ServicesByAudience = services.Values
                .SelectMany(service => new[] { KeyValuePair.Create(service.Name, service), KeyValuePair.Create(service.Audience, service) })
                .DistinctBy(entry => entry.Key, StringComparer.Ordinal)
                .ToDictionary(StringComparer.Ordinal),
            ServicesByResource = services.Values
                .SelectMany(service => service.Resources.Append(service.Audience).Select(resource => KeyValuePair.Create(resource, service)))
                .DistinctBy(entry => entry.Key, StringComparer.Ordinal)
                .ToDictionary(StringComparer.Ordinal),
            Rules = edges.ToDictionary(edge => edge.Edge, edge => edge.Rules),
            AuthorizationDetailsTypes = [.. services.Values.SelectMany(service => service.AuthorizationDetailsTypes).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Sharing = sharing,
            Embedding = top.Embedding,
            LongestAcceptedLifetime = issuers.Values.Select(issuer => issuer.MaxLifetime)
                .Concat(rules.Select(rule => rule.Rule.RefreshLifetime).OfType<TimeSpan>())
                .Append(top.MaxLifetime)
                .Max(),
        };
        NeverStatements.Check(config, snapshot, mistakes);
        return new PolicySource(config, rules, edges, snapshot);
    }
}

/// <summary>The snapshot, or every mistake as <c>file:line:column: what, what was expected</c>; never both.</summary>
/// <param name="Snapshot">Null when there are mistakes.</param>
/// <param name="Mistakes">Empty when there is a snapshot.</param>
/// <param name="Warnings">In the same form: what works otherwise than its author may think. Only with a snapshot.</param>
public sealed record PolicyCompilation(PolicySnapshot? Snapshot, ImmutableArray<string> Mistakes, ImmutableArray<string> Warnings);

/// <summary>A policy as it is written and as it is used.</summary>
/// <param name="Config">With the place of everything.</param>
/// <param name="Rules">In the order of the file, one for each caller.</param>
/// <param name="Edges">The same, by caller and target.</param>
/// <param name="Snapshot">Of all that.</param>
internal sealed record PolicySource(PolicyConfig Config, IReadOnlyList<PlacedRule> Rules, IReadOnlyList<PlacedEdge> Edges, PolicySnapshot Snapshot);
