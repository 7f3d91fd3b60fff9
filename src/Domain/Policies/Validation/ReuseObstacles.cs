using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>
/// Why a caller can't hand on to a target what it received: an exchange would have refused, or would have given the target
/// another token. What depends on a token, as its scopes do, <see cref="SharedAudience"/> checks for each.
/// </summary>
internal static class ReuseObstacles
{
    /// <summary>Null where some token for the caller can be handed on.</summary>
    /// <param name="caller">Holds the token.</param>
    /// <param name="target">Would receive it.</param>
    /// <param name="rules">Every rule for token exchange of this edge.</param>
    /// <param name="held">What the caller's tokens can hold; it gets at least one.</param>
    /// <param name="maxLifetime">Of the policy.</param>
    public static string? Find(Service caller, Service target, IReadOnlyList<AcceptRule> rules, HeldTokens held, TimeSpan maxLifetime) =>
        FindUnseen(target, rules[0], held) ?? FindOfEdge(caller, target, rules) ?? FindShortLife(target, rules[0], held, maxLifetime);

    /// <summary>The same but for what the caller's tokens hold.</summary>
    public static string? FindOfEdge(Service caller, Service target, IReadOnlyList<AcceptRule> rules) =>
        rules.Count > 1 || HasConditions(rules[0].When) ? $"{target.Name} sets conditions, which only an exchange checks"
        : rules[0].PairwiseSubject ? $"{target.Name} would receive the sub that is meant for {caller.Name}"
        : FindMissing(target, rules[0]) ?? FindOtherKind(caller, target);

    private static bool HasConditions(RuleConditions when) =>
        !when.Scopes.IsEmpty || !when.Claims.IsEmpty || !when.Issuers.IsEmpty || !when.Acr.IsEmpty || when.MaxAge is not null
        || when.Actor.Presence == ActorPresence.Required || !when.SubjectTypes.Contains(TokenTypeIdentifiers.AccessToken);

    /// <summary>What every token for the caller holds and the target may not see.</summary>
    private static string? FindUnseen(Service target, AcceptRule rule, HeldTokens held)
    {
        string? first = null;
        foreach (var source in held.Rules)
        {
            if (FindUnseen(target, rule, source) is not { } unseen)
            {
                return null;
            }

            first ??= unseen;
        }

        return first;
    }

    private static string? FindUnseen(Service target, AcceptRule rule, AcceptRule held)
    {
        string[] scopes = [.. HeldTokens.ScopesOf(held)];
        if (scopes.Length == 0 ? !rule.Scopes.IsEmpty : !Array.Exists(scopes, rule.Scopes.Contains))
        {
            return scopes.Length == 0
                ? $"{target.Name} would receive a token without scope"
                : $"{target.Name} would receive {HeldTokens.Listed(scopes.Order(StringComparer.Ordinal))}";
        }

        if (held.PairwiseSubject)
        {
            return $"{target.Name} would receive the sub that is meant for {held.Target}";
        }

        return held.Claims.FirstOrDefault(claim => claim.Constant is not null && !Passes(rule, claim.Claim)) is { } constant
            ? $"{target.Name} would receive the claim {constant.Claim}"
            : null;
    }

    private static bool Passes(AcceptRule rule, string claim) => rule.Claims.Any(mapping => mapping.Claim == claim && mapping.Source == claim);

    /// <summary>What an exchange would add.</summary>
    private static string? FindMissing(Service target, AcceptRule rule)
    {
        if (rule.Elevate.Count > 0)
        {
            return $"{target.Name} needs {HeldTokens.Listed(rule.Elevate.Keys.Order(StringComparer.Ordinal))}, which only an exchange elevates";
        }

        return rule.Claims.FirstOrDefault(claim => claim.Source != claim.Claim) is { } made
            ? $"{target.Name} needs the claim {made.Claim}, which only an exchange makes"
            : null;
    }

    private static string? FindOtherKind(Service caller, Service target) => (caller.TokenFormat, target.TokenFormat) switch
    {
        (TokenFormat.AuthorizationGrant, _) or (_, TokenFormat.AuthorizationGrant) => "an authorization grant has one audience",
        var (received, wanted) when received != wanted => $"{target.Name} takes tokens of another token_format than {caller.Name}",
        _ when caller.SigningAlgorithm != target.SigningAlgorithm => $"{target.Name} takes tokens of another signing_algorithm than {caller.Name}",
        _ => target.DpopRequired || target.CertificateBindingRequired ? $"{target.Name} takes only tokens that are bound to a key of {caller.Name}" : null,
    };

    private static string? FindShortLife(Service target, AcceptRule rule, HeldTokens held, TimeSpan maxLifetime) =>
        rule.Lifetime < held.Rules.Min(other => other.Lifetime ?? maxLifetime)
            ? $"{target.Name} takes tokens of {rule.Lifetime.Value.TotalSeconds:0} s at most, which are shorter than those that would be handed on"
            : null;
}
