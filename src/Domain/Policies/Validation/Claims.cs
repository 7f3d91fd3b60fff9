using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>claims</c> of a rule: which claims the issued token holds beyond the protocol's own.</summary>
internal static class Claims
{
    private static readonly FrozenSet<string> Reserved = FrozenSet.Create(
        StringComparer.Ordinal,
        "iss", "exp", "nbf", "iat", "aud", "sub", "act", "cnf", "jti", "client_id", "scope", "sid", AuthorizationDetails.Name, Lineage.ClaimName, EmbeddedTokens.ClaimName);

    /// <summary>Claims that must not reappear under another name.</summary>
    private static readonly FrozenSet<string> NotASource = FrozenSet.Create(StringComparer.Ordinal, "act", "cnf", "may_act", AuthorizationDetails.Name, Lineage.ClaimName, EmbeddedTokens.ClaimName);

    private static readonly ClaimPlan None = new([], PairwiseSubject: false);

    public static ClaimPlan Read(ConfigAny? claims, Mistakes mistakes)
    {
        switch (claims?.Node)
        {
            case null:
                return None;
            case PolicyNode.Sequence list:
                return Plan(list.Items.Select(item => (Name: item, Value: (PolicyNode)Pass(item.At))), mistakes);
            case PolicyNode.Mapping mapping:
                return Plan(mapping.Members.Select(member => (Name: (PolicyNode)member.Key, member.Value)), mistakes);
            default:
                mistakes.Add(claims.At, "claims is a value, expected a mapping of claims or a list of claims that pass");
                return None;
        }
    }

    private static PolicyNode.Scalar Pass(Position at) => new(at, "pass", IsPlain: true);

    private static ClaimPlan Plan(IEnumerable<(PolicyNode Name, PolicyNode Value)> members, Mistakes mistakes)
    {
        var mappings = new SortedDictionary<string, ClaimMapping>(StringComparer.Ordinal);
        var pairwise = false;
        foreach (var (node, value) in members)
        {
            if (node is not PolicyNode.Scalar { Text: { Length: > 0 } name })
            {
                mistakes.Add(node.At, "this is not a claim name, expected a text");
            }
            else if (name == "sub")
            {
                pairwise = IsPairwise(value, mistakes);
            }
            else if (Reserved.Contains(name))
            {
                mistakes.Add(node.At, $"the claim '{name}' is reserved, expected another claim");
            }
            else if (name == "may_act" && !IsParty(value))
            {
                mistakes.Add(value.At, "may_act names no party, expected pass or { set: { sub: … } } with iss or client_id at most beside it");
            }
            else if (ReadMapping(name, value, mistakes) is { } mapping && !mappings.TryAdd(name, mapping))
            {
                mistakes.Add(node.At, $"the claim '{name}' is named twice, expected it once");
            }
        }

        return new ClaimPlan([.. mappings.Values], pairwise);
    }

    private static bool IsPairwise(PolicyNode value, Mistakes mistakes)
    {
        switch (value)
        {
            case PolicyNode.Scalar { Text: "pairwise" }:
                return true;
            case PolicyNode.Scalar { Text: "pass" }:
                return false;
            default:
                mistakes.Add(value.At, "sub can't be set, expected pass or pairwise");
                return false;
        }
    }

    /// <summary>Who may act next (RFC 8693 section 4.4): as the subject token says, or one party that we can compare.</summary>
    private static bool IsParty(PolicyNode value) => value switch
    {
        PolicyNode.Scalar { Text: "pass" } => true,
        PolicyNode.Mapping { Members: [({ Text: "set" }, PolicyNode.Mapping { Members: { IsEmpty: false } members })] } =>
            members.All(member => member.Key.Text is "sub" or "iss" or "client_id" && JsonValues.ToElement(member.Value).ValueKind == JsonValueKind.String)
            && members.Any(member => member.Key.Text is "sub" or "client_id"),
        _ => false,
    };

    private static ClaimMapping? ReadMapping(string claim, PolicyNode value, Mistakes mistakes)
    {
        switch (value)
        {
            case PolicyNode.Scalar { Text: "pass" }:
                return new ClaimMapping(claim, claim, null);
            case PolicyNode.Mapping { Members: [({ Text: "set" }, var constant)] }:
                return new ClaimMapping(claim, null, JsonValues.ToElement(constant));
            case PolicyNode.Mapping { Members: [({ Text: "from" }, PolicyNode.Scalar { Text.Length: > 0 } source)] } when NotASource.Contains(source.Text):
                mistakes.Add(source.At, $"the claim '{source.Text}' can't be copied under another name, expected another claim");
                return null;
            case PolicyNode.Mapping { Members: [({ Text: "from" }, PolicyNode.Scalar { Text.Length: > 0 } source)] }:
                return new ClaimMapping(claim, source.Text, null);
            default:
                mistakes.Add(value.At, $"what to do with the claim '{claim}' is not understood, expected pass, {{ set: value }} or {{ from: claim }}");
                return null;
        }
    }
}

internal sealed record ClaimPlan(ImmutableArray<ClaimMapping> Mappings, bool PairwiseSubject);
