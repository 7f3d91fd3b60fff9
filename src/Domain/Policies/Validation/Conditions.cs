using System.Collections.Frozen;
using System.Text.Json;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>when</c> of a rule.</summary>
internal static class Conditions
{
    public static RuleConditions Read(WhenConfig? when, Service caller, FrozenDictionary<string, TrustedIssuer> issuers, Mistakes mistakes)
    {
        if (when is null)
        {
            return RuleConditions.None;
        }

        foreach (var issuer in (when.Issuer?.Items ?? []).Where(issuer => !issuers.ContainsKey(issuer.Value)))
        {
            mistakes.AddUnknown(issuer.At, "the trusted issuer", issuer.Value, issuers.Keys);
        }

        foreach (var scope in (when.Scopes?.Items ?? []).Where(scope => !caller.Scopes.Contains(scope.Value)))
        {
            mistakes.AddUnknown(scope.At, $"for the service '{caller.Name}' the scope", scope.Value, caller.Scopes.Values);
        }

        return new RuleConditions
        {
            Scopes = Scopes.Read(when.Scopes, mistakes),
            Issuers = [.. (when.Issuer?.Items ?? []).Select(issuer => issuer.Value)],
            Claims = [.. (when.Claims?.Members ?? []).Select(claim => ReadClaim(claim.Key.Value, claim.Value.Node, mistakes)).OfType<ClaimCondition>()],
        };
    }

    /// <summary>Equal texts mean equal conditions, whatever their order in the file.</summary>
    public static string Canonical(RuleConditions conditions) => JsonSerializer.Serialize(new
    {
        Scopes = conditions.Scopes.Values,
        Issuers = conditions.Issuers.Order(StringComparer.Ordinal),
        Claims = conditions.Claims.OrderBy(claim => claim.Claim, StringComparer.Ordinal).Select(claim => new
        {
            claim.Claim,
            AnyOf = claim.AnyOf?.Select(value => value.GetRawText()).Order(StringComparer.Ordinal),
        }),
    });

    private static ClaimCondition? ReadClaim(string claim, PolicyNode node, Mistakes mistakes)
    {
        switch (node)
        {
            case PolicyNode.Scalar:
                return new ClaimCondition(claim, [JsonValues.ToElement(node)]);
            case PolicyNode.Sequence { Items.Length: > 0 } list:
                return new ClaimCondition(claim, [.. list.Items.Select(JsonValues.ToElement)]);
            case PolicyNode.Mapping { Members: [var (key, value)] }:
                switch (key.Text, value)
                {
                    case ("equals", _):
                        return new ClaimCondition(claim, [JsonValues.ToElement(value)]);
                    case ("in", PolicyNode.Sequence { Items.Length: > 0 } list):
                        return new ClaimCondition(claim, [.. list.Items.Select(JsonValues.ToElement)]);
                    case ("present", PolicyNode.Scalar { IsPlain: true, Text: "true" }):
                        return new ClaimCondition(claim, null);
                }

                break;
        }

        mistakes.Add(node.At, $"the condition on '{claim}' is not understood, expected a value, a list, {{ equals: … }}, {{ in: [ … ] }} or {{ present: true }}");
        return null;
    }
}
