using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>when</c> of a rule.</summary>
internal static class Conditions
{
    public static RuleConditions Read(
        WhenConfig? when,
        ConfigText ours,
        FrozenDictionary<string, Service> services,
        FrozenDictionary<string, TrustedIssuer> issuers,
        Mistakes mistakes)
    {
        if (when is null)
        {
            return RuleConditions.None;
        }

        foreach (var issuer in when.Issuer?.Items ?? [])
        {
            if (issuer.Value != ours.Value && !issuers.ContainsKey(issuer.Value))
            {
                mistakes.AddUnknown(issuer.At, "the trusted issuer", issuer.Value, "the issuer of a trusted issuer", issuers.Keys);
            }
        }

        return new RuleConditions
        {
            Scopes = Scopes.Read(when.Scopes, mistakes),
            Issuers = when.Issuer is { } named ? [.. named.Items.Select(issuer => issuer.Value)] : [],
            Claims = ReadClaims(when.Claims, mistakes),
            Actor = Actors.Read(when.Actor, services, issuers, mistakes),
            SubjectTypes = when.SubjectType is { } types
                ? [.. types.Items.Select(type => SubjectTypeNames.Parse(type.Value))]
                : RuleConditions.None.SubjectTypes,
            Acr = ReadAcr(when.Acr, mistakes),
            MaxAge = when.MaxAge?.Value,
        };
    }

    public static ImmutableArray<ClaimCondition> ReadClaims(ConfigMap<ConfigAny>? claims, Mistakes mistakes)
    {
        if (claims is null)
        {
            return [];
        }

        var conditions = ImmutableArray.CreateBuilder<ClaimCondition>(claims.Members.Length);
        foreach (var (claim, value) in claims.Members)
        {
            if (ReadClaim(claim.Value, value.Node, mistakes) is { } condition)
            {
                conditions.Add(condition);
            }
        }

        return conditions.DrainToImmutable();
    }

    private static ImmutableArray<string> ReadAcr(ConfigList<ConfigText>? acr, Mistakes mistakes)
    {
        if (acr is null)
        {
            return [];
        }

        // acr_values separates them by spaces (RFC 9470 section 3).
        foreach (var value in acr.Items.Where(value => !ScopeSet.IsScopeToken(value.Value)))
        {
            mistakes.Add(value.At, "an acr holds a space or another special character, expected printable ASCII without them");
        }

        return [.. acr.Items.Select(value => value.Value)];
    }

    /// <summary>Equal texts mean equal conditions, whatever their order in the file.</summary>
    public static string Canonical(RuleConditions conditions) => JsonSerializer.Serialize(new
    {
        Scopes = conditions.Scopes.Values,
        Issuers = Canonical(conditions.Issuers),
        Claims = Canonical(conditions.Claims),
        Actor = new
        {
            conditions.Actor.Presence,
            Services = Canonical(conditions.Actor.Services),
            Issuers = Canonical(conditions.Actor.Issuers),
            Subjects = Canonical(conditions.Actor.Subjects),
            Claims = Canonical(conditions.Actor.Claims),
            Types = Canonical(conditions.Actor.Types),
        },
        SubjectTypes = Canonical(conditions.SubjectTypes),
        Acr = Canonical(conditions.Acr),
        conditions.MaxAge,
    });

    private static IEnumerable<string> Canonical(ImmutableArray<string> names) =>
        names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private static IEnumerable<object> Canonical(ImmutableArray<ClaimCondition> claims) =>
        claims.OrderBy(claim => claim.Claim, StringComparer.Ordinal).Select(claim => new
        {
            claim.Claim,
            AnyOf = claim.AnyOf?.Select(value => value.GetRawText()).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal),
        });

    private static ClaimCondition? ReadClaim(string claim, PolicyNode node, Mistakes mistakes)
    {
        switch (node)
        {
            case PolicyNode.Scalar:
                return AnyOf(claim, [node], mistakes);
            case PolicyNode.Sequence { Items.Length: > 0 } list:
                return AnyOf(claim, list.Items, mistakes);
            case PolicyNode.Mapping { Members: [({ Text: "equals" }, var value)] }:
                return AnyOf(claim, [value], mistakes);
            case PolicyNode.Mapping { Members: [({ Text: "in" }, PolicyNode.Sequence { Items.Length: > 0 } list)] }:
                return AnyOf(claim, list.Items, mistakes);
            case PolicyNode.Mapping { Members: [({ Text: "present" }, PolicyNode.Scalar { IsPlain: true, Text: "true" })] }:
                return new ClaimCondition(claim, null);
            default:
                mistakes.Add(node.At, $"the condition on '{claim}' is not understood, expected a value, a list, {{ equals: … }}, {{ in: [ … ] }} or {{ present: true }}");
                return null;
        }
    }

    private static ClaimCondition AnyOf(string claim, ImmutableArray<PolicyNode> nodes, Mistakes mistakes)
    {
        var values = new JsonElement[nodes.Length];
        for (var at = 0; at < values.Length; at++)
        {
            values[at] = JsonValues.ToElement(nodes[at]);
            if (values[at].ValueKind == JsonValueKind.Null)
            {
                mistakes.Add(nodes[at].At, $"the condition on '{claim}' never holds for null, expected a value");
            }
        }

        return new ClaimCondition(claim, ImmutableCollectionsMarshal.AsImmutableArray(values));
    }
}
