using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions.Explaining;

/// <summary>
/// Says what a rule wants and whether there is something else or nothing. What the policy says is quoted; of the token only
/// whether it has a claim, since its values are about a person.
/// </summary>
internal static class ConditionText
{
    public static string Of(AcceptRule rule, RuleCondition unmet, string? name, ExchangeCommand command) => unmet switch
    {
        RuleCondition.None => "every condition holds",
        RuleCondition.Grant => $"is for {GrantNames.Listed(rule.Grants)}, the request is {GrantNames.Of(command.Grant)}",
        RuleCondition.Issuer when rule.When.Issuers.IsEmpty =>
            "the chain began with a service's own token: only a rule that names our issuer in when.issuer admits one",
        RuleCondition.Issuer => $"when.issuer wants {List(rule.When.Issuers)}, the chain began elsewhere",
        RuleCondition.SubjectType => $"when.subject_type wants {List(rule.When.SubjectTypes.Select(ShortType))}, the subject token is {ShortType(command.Subject.TokenType)}",
        RuleCondition.Scope => $"when.scopes wants '{name}', which the subject token lacks",
        RuleCondition.Through => $"when.scopes wants '{name}', which {ElevatorOf(rule, command, name!)} elevated: the rule's through does not name that",
        RuleCondition.Claim => OfClaim(rule.When.Claims.First(condition => condition.Claim == name), command),
        RuleCondition.Actor => OfActor(rule.When.Actor, command),
        RuleCondition.Authentication => OfAuthentication(rule.When),
        _ => throw new ArgumentOutOfRangeException(nameof(unmet), unmet, "No text for this condition."),
    };

    private static string OfClaim(ClaimCondition condition, ExchangeCommand command)
    {
        var wanted = condition.AnyOf is { } values ? $"one of {List(values.Select(value => value.GetRawText()))}" : "any value";
        var found = command.Subject.Claims.TryGetProperty(condition.Claim, out _) ? "the subject token has another value" : "the subject token does not have it";
        return $"when.claims wants {wanted} in '{condition.Claim}', {found}";
    }

    private static string OfActor(ActorCondition condition, ExchangeCommand command) => (condition.Presence, command.Actor) switch
    {
        (ActorPresence.Required, null) => "when.actor wants an actor token, there is none",
        (ActorPresence.Forbidden, not null) => "says nothing of when.actor, so it admits no actor token",
        (_, { } actor) when !condition.Types.Contains(actor.TokenType) =>
            $"when.actor wants {List(condition.Types.Select(ShortType))}, the actor token is {ShortType(actor.TokenType)}",
        _ when condition.NamesActors => "when.actor names who may act, and the actor is none of them",
        _ => "when.actor names nobody: only the client itself, the subject, or who may_act names may act",
    };

    private static string OfAuthentication(RuleConditions when)
    {
        var acr = when.Acr.IsEmpty ? null : $"acr {List(when.Acr)}";
        var age = when.MaxAge is { } maxAge ? $"an authentication (auth_time) of the last {maxAge.TotalSeconds:0} s" : null;
        return $"wants {string.Join(" and ", new[] { acr, age }.OfType<string>())}";
    }

    private static string ElevatorOf(AcceptRule rule, ExchangeCommand command, string scope) =>
        command.Subject.Lineage!.Elevations.First(elevation => elevation.Scope == scope && !rule.Through.Contains(elevation.By)).By;

    /// <summary>The last part of the identifier, as the policy names it.</summary>
    private static string ShortType(string identifier) => identifier[(identifier.LastIndexOf(':') + 1)..];

    private static string List(IEnumerable<string> values) => string.Join(", ", values);
}
