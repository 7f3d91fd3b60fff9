namespace ExchangeCluster.Domain.Decisions;

/// <summary>What a rule demands of a command, in the order in which it is compared.</summary>
public enum RuleCondition
{
    /// <summary>Nothing is left unmet.</summary>
    None,

    /// <summary><c>grants</c>: it speaks for another grant.</summary>
    Grant,

    /// <summary><c>when.issuer</c>: where the subject's chain began.</summary>
    Issuer,

    /// <summary><c>when.subject_type</c>.</summary>
    SubjectType,

    /// <summary><c>when.scopes</c>: the subject token lacks one.</summary>
    Scope,

    /// <summary><c>through</c>: a needed scope was elevated by a service that the rule does not name.</summary>
    Through,

    /// <summary><c>when.claims</c>.</summary>
    Claim,

    /// <summary><c>when.actor</c>.</summary>
    Actor,

    /// <summary><c>when.acr</c> or <c>when.max_age</c>.</summary>
    Authentication,
}
