using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies;

public enum ShareStrategy
{
    Exchange,
    Embed,
    Reuse,
}

/// <summary>One <c>accepts</c> entry: who may call the target, when, and what the token for it holds.</summary>
public sealed class AcceptRule
{
    /// <summary>Name for logs and explanations: <c>target/accepts[index]</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The same, for a decision in which no other rule speaks.</summary>
    internal ImmutableArray<string> Names => field.IsDefault ? field = [Name] : field;

    /// <summary>The rule as the only one that speaks.</summary>
    internal AcceptRule[] Alone => field ??= [this];

    public required string From { get; init; }

    public required string Target { get; init; }

    /// <summary>The grants it speaks for.</summary>
    public Grants Grants { get; init; } = Grants.TokenExchange;

    public required RuleConditions When { get; init; }

    /// <summary>Scopes that pass where the subject and the client hold them.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>Granted scope → the scope whose holder may get it.</summary>
    public required FrozenDictionary<string, string> Elevate { get; init; }

    /// <summary>Authorization details that pass where the subject holds them, at most one ceiling of each type.</summary>
    public ImmutableArray<DetailCeiling> AuthorizationDetails { get; init; } = [];

    /// <summary>Services whose elevated scopes may satisfy this rule's <c>when</c> and <c>elevate</c>.</summary>
    public required ImmutableArray<string> Through { get; init; }

    /// <summary>What happens to each claim of the output beyond the protocol's own; in ordinal order of the name.</summary>
    public required ImmutableArray<ClaimMapping> Claims { get; init; }

    /// <summary>True when the target sees a pairwise pseudonym for <c>sub</c>.</summary>
    public required bool PairwiseSubject { get; init; }

    /// <summary>Whether a token bound to another key or certificate may be exchanged for one bound to the caller's own.</summary>
    public bool Rebind { get; init; }

    /// <summary>Null: the policy's maximum.</summary>
    public required TimeSpan? Lifetime { get; init; }

    /// <summary>
    /// How long a refresh token for an exchange by this rule lives, from the exchange on: the one way to tokens that outlive
    /// the subject token. Null: there is none.
    /// </summary>
    public TimeSpan? RefreshLifetime { get; init; }

    /// <summary>How the owner of the target wants the token to be handed on; null: the policy says nothing, so it is exchanged.</summary>
    public required ShareStrategy? Share { get; init; }

    /// <summary>The same for another caller.</summary>
    internal AcceptRule For(string caller) => new()
    {
        Name = Name,
        From = caller,
        Target = Target,
        Grants = Grants,
        When = When,
        Scopes = Scopes,
        Elevate = Elevate,
        AuthorizationDetails = AuthorizationDetails,
        Through = Through,
        Claims = Claims,
        PairwiseSubject = PairwiseSubject,
        Rebind = Rebind,
        Lifetime = Lifetime,
        RefreshLifetime = RefreshLifetime,
        Share = Share,
    };
}

/// <summary>All must hold.</summary>
public sealed class RuleConditions
{
    private static readonly ImmutableArray<string> UsualTypes = [TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt];

    public static readonly RuleConditions None = new() { Scopes = ScopeSet.Empty, Claims = [], Issuers = [], Actor = ActorCondition.Forbidden };

    /// <summary>The subject token must hold all of these.</summary>
    public required ScopeSet Scopes { get; init; }

    public required ImmutableArray<ClaimCondition> Claims { get; init; }

    /// <summary>The root issuer must be one of these; empty: any trusted one, which we ourselves are not.</summary>
    public required ImmutableArray<string> Issuers { get; init; }

    public required ActorCondition Actor { get; init; }

    /// <summary>The subject token must be of one of these: <see cref="TokenTypeIdentifiers"/>.</summary>
    public ImmutableArray<string> SubjectTypes { get; init; } = UsualTypes;

    /// <summary>The <c>acr</c> of the subject token must be one of these, the preferred first; empty: any.</summary>
    public ImmutableArray<string> Acr { get; init; } = [];

    /// <summary>The longest time since <c>auth_time</c> of the subject token; null: any.</summary>
    public TimeSpan? MaxAge { get; init; }
}

/// <summary>
/// A condition on one claim of the presented token. With <see cref="AnyOf"/> null the claim must be present;
/// else it must equal one of the values, or be an array that contains one.
/// </summary>
public sealed record ClaimCondition(string Claim, ImmutableArray<JsonElement>? AnyOf);

/// <summary>
/// How one claim of the output is made: a constant (<see cref="Constant"/>), or the value of <see cref="Source"/> in the
/// subject token, left out where the subject token lacks it. Exactly one is set.
/// </summary>
public sealed record ClaimMapping(string Claim, string? Source, JsonElement? Constant)
{
    /// <summary>Whether both make the same of the same subject token.</summary>
    public bool IsSameAs(ClaimMapping other) =>
        Claim == other.Claim && Source == other.Source && Constant.HasValue == other.Constant.HasValue
        && (Constant is not { } constant || JsonElement.DeepEquals(constant, other.Constant!.Value));
}
