using System.Collections.Frozen;
using System.Globalization;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>accepts</c> entries as rules, one for each caller; every name resolved.</summary>
internal static class Rules
{
    public static List<PlacedRule> Read(
        PolicyConfig config,
        FrozenDictionary<string, Service> services,
        FrozenDictionary<string, TrustedIssuer> issuers,
        Mistakes mistakes)
    {
        var rules = new List<PlacedRule>();
        foreach (var (name, service) in config.Services?.Members ?? [])
        {
            var index = 0;
            foreach (var accept in service.Accepts?.Items ?? [])
            {
                var ruleName = string.Create(CultureInfo.InvariantCulture, $"{name.Value}/accepts[{index++}]");
                // What doesn't depend on the caller is made once: there can be a thousand.
                AcceptRule? first = null;
                foreach (var from in accept.From.Items)
                {
                    if (!services.TryGetValue(from.Value, out var caller))
                    {
                        mistakes.AddUnknown(from.At, "the service", from.Value, "the name of a service", services.Keys);
                    }
                    else if (from.Value == name.Value)
                    {
                        mistakes.Add(from.At, "a service accepts itself, expected another service");
                    }
                    else
                    {
                        var rule = first is null
                            ? ToModel(ruleName, accept, caller, services[name.Value], config.Issuer, services, issuers, mistakes)
                            : first.For(caller.Name);
                        CheckCaller(accept, caller, mistakes);
                        first ??= rule;
                        rules.Add(new PlacedRule(rule, accept));
                    }
                }
            }
        }

        return rules;
    }

    private static AcceptRule ToModel(
        string name,
        AcceptConfig accept,
        Service caller,
        Service target,
        ConfigText ours,
        FrozenDictionary<string, Service> services,
        FrozenDictionary<string, TrustedIssuer> issuers,
        Mistakes mistakes)
    {
        foreach (var through in accept.Through?.Items ?? [])
        {
            if (!services.ContainsKey(through.Value))
            {
                mistakes.AddUnknown(through.At, "the service", through.Value, "the name of a service", services.Keys);
            }
        }

        var grants = RuleGrants.Read(accept, target, mistakes);
        var claims = Claims.Read(accept.Claims, mistakes);
        return new AcceptRule
        {
            Name = name,
            From = caller.Name,
            Target = target.Name,
            Grants = grants,
            When = Conditions.Read(accept.When, ours, services, issuers, mistakes),
            Scopes = ReadScopes(accept, target, mistakes),
            Elevate = ReadElevations(accept, target, mistakes),
            AuthorizationDetails = Details.Read(accept.AuthorizationDetails, target, mistakes),
            Through = accept.Through is { } path ? [.. path.Items.Select(through => through.Value)] : [],
            Claims = claims.Mappings,
            PairwiseSubject = claims.PairwiseSubject,
            Lifetime = accept.Lifetime?.Value,
            Rebind = accept.Rebind?.Value == "allowed",
            RefreshLifetime = RefreshTokens.Read(accept.Refresh, grants, target, mistakes),
            Share = accept.Share?.Value switch
            {
                "embed" => ShareStrategy.Embed,
                "reuse" => ShareStrategy.Reuse,
                "exchange" => ShareStrategy.Exchange,
                _ => null,
            },
        };
    }

    private static ScopeSet ReadScopes(AcceptConfig accept, Service target, Mistakes mistakes)
    {
        Scopes.CheckKnown(accept.Scopes, target, mistakes);
        return Scopes.WellFormed(accept.Scopes);
    }

    private static FrozenDictionary<string, string> ReadElevations(AcceptConfig accept, Service target, Mistakes mistakes)
    {
        if (accept.Elevate is not { Members: var members })
        {
            return FrozenDictionary<string, string>.Empty;
        }

        foreach (var (granted, _) in members)
        {
            Scopes.CheckKnown(granted, target, mistakes);
        }

        return members.ToFrozenDictionary(member => member.Key.Value, member => member.Value.Value, StringComparer.Ordinal);
    }

    /// <summary>What the caller itself must know: it can't pass on, rest on or be asked for anything else.</summary>
    private static void CheckCaller(AcceptConfig accept, Service caller, Mistakes mistakes)
    {
        Scopes.CheckKnown(accept.When?.Scopes, caller, mistakes);
        Scopes.CheckKnown(accept.Scopes, caller, mistakes);
        foreach (var (_, held) in accept.Elevate?.Members ?? [])
        {
            Scopes.CheckKnown(held, caller, mistakes);
        }

        foreach (var detail in accept.AuthorizationDetails?.Items ?? [])
        {
            Details.CheckKnown(detail.Type, caller, mistakes);
        }
    }

    /// <summary>Two rules of one edge under the same conditions would both match: every request would be ambiguous.</summary>
    public static void CheckTwins(List<PlacedEdge> edges, Mistakes mistakes)
    {
        foreach (var edge in edges.Where(edge => edge.Placed.Length > 1))
        {
            var seen = new HashSet<(Grants, string)>();
            foreach (var (rule, config) in edge.Placed.Where(rule => !RuleGrants.Each(rule.Rule.Grants).All(grant => seen.Add((grant, Conditions.Canonical(rule.Rule.When))))))
            {
                mistakes.Add(config.At, $"an earlier rule of '{rule.Target}' for '{rule.From}' has the same conditions, expected one that differs or one rule");
            }
        }
    }
}
