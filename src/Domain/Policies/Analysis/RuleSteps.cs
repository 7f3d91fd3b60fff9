using System.Collections.Immutable;
using System.Text.Json;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// One exchange, backwards: which tokens a caller must present so that a rule, and no other of its edge, gives one that is
/// wanted. The mirror of <c>Decider</c>, for one target and a caller that asks for exactly the wanted scopes. Where a condition
/// is about something that is not tracked (an actor's token, when the user was authenticated), it counts as met.
/// </summary>
internal sealed class RuleSteps(PolicySnapshot policy)
{
    /// <summary>More claims of one token than this, and more ways to fail a rival, are not followed: they count as met.</summary>
    internal const int MaxTracked = 24;

    private static readonly List<ClaimDemand> None = [];

    private readonly HashSet<string> ownTokens =
        policy.Rules.Values.SelectMany(rules => rules).Where(rule => rule.Grants == Grants.ClientCredentials).Select(rule => rule.From).ToHashSet(StringComparer.Ordinal);

    private readonly Rivals rivals = new(policy);

    /// <summary>The scopes of tokens that a service can come to have, by what it asks for, receives and is handed.</summary>
    private readonly Lazy<ILookup<string, string>> scopes = new(() => policy.Rules.Values.SelectMany(rules => rules)
        .SelectMany(rule => rule.Scopes.Values.Concat(rule.Elevate.Keys).SelectMany(scope => new[] { KeyValuePair.Create(rule.From, scope), KeyValuePair.Create(rule.Target, scope) }))
        .Concat(policy.Services.Keys.SelectMany(service => policy.Sharing.ReusesOf(service))
            .SelectMany(edge => edge.Scopes.Values.Select(scope => KeyValuePair.Create(edge.Target, scope))))
        .Distinct()
        .ToLookup(held => held.Key, held => held.Value, StringComparer.Ordinal));

    /// <summary>Each of them is enough; none: the rule never gives such a token.</summary>
    /// <param name="rule">The last exchange.</param>
    /// <param name="wanted">What it is to give.</param>
    /// <param name="isEmbedded">What comes within another token comes without an actor.</param>
    /// <param name="partner">The rule of another target that shares the token; null: there is none.</param>
    public IEnumerable<Demand> Before(AcceptRule rule, Demand wanted, bool isEmbedded, AcceptRule? partner = null)
    {
        if (!policy.Services[rule.From].Grants.HasFlag(Grants.TokenExchange))
        {
            return [];
        }

        List<Demand> ways = [.. Alone(rule, wanted, partner, Grants.TokenExchange, mayAct: !isEmbedded)];
        return ways.Count == 1 ? ways : ways.DistinctBy(demand => demand.Key);
    }

    /// <summary>Whether the rule gives the caller such a token in its own name (RFC 6749 section 4.4).</summary>
    public bool GivesOwn(AcceptRule rule, Demand wanted)
    {
        if (rule.Grants != Grants.ClientCredentials)
        {
            return false;
        }

        var client = policy.Services[rule.From];
        return client.Grants.HasFlag(Grants.ClientCredentials)
            && wanted.Issuers is { } issuers && issuers.Contains(policy.Issuer)
            && (wanted.Scopes.IsEmpty ? rule.Scopes.IsEmpty || rule.Scopes.Values.Any(client.Scopes.Contains) : wanted.Scopes.All(scope =>
                rule.Scopes.Contains(scope.Key) && client.Scopes.Contains(scope.Key) && scope.Value.AdmitsNotElevated))
            && wanted.Claims.All(claim => claim.IsMetBy(ValueOf(rule, claim.Condition.Claim)));
    }

    /// <summary>Whether the rule gives such a token for an authorization grant of a trusted issuer (RFC 7523).</summary>
    public IEnumerable<Demand> BeforeGrant(AcceptRule rule, Demand wanted, AcceptRule? partner) =>
        rule.Grants.HasFlag(Grants.JwtBearer) && policy.Services[rule.From].Grants.HasFlag(Grants.JwtBearer)
            ? Alone(rule, wanted, partner, Grants.JwtBearer, mayAct: true)
            : [];

    /// <summary>The wanted tokens that both targets' rules can give: the scope of a token is valid at all of its targets.</summary>
    public static IEnumerable<Demand> Shared(AcceptRule rule, AcceptRule partner, Demand wanted) => IssuedOf(rule, wanted)
        .Where(issued => !issued.IsEmpty || (partner.Scopes.IsEmpty && partner.Elevate.Count == 0))
        .Select(wanted.WithScopes);

    private IEnumerable<Demand> Alone(AcceptRule rule, Demand wanted, AcceptRule? partner, Grants grant, bool mayAct)
    {
        foreach (var presented in Presented(rule, wanted, grant).SelectMany(presented => Scoped(rule, presented)))
        {
            if (partner is null)
            {
                foreach (var way in rivals.Without(rule, presented, grant, mayAct))
                {
                    yield return way;
                }

                continue;
            }

            foreach (var both in Presented(partner, wanted, grant, presented))
            {
                // With an actor for both, or for neither.
                foreach (var way in rivals.Without(rule, both, grant, mayAct: false).SelectMany(way => rivals.Without(partner, way, grant, mayAct: false))
                    .Concat(rivals.Without(rule, both, grant, mayBeAlone: false).SelectMany(way => rivals.Without(partner, way, grant, mayBeAlone: false))))
                {
                    yield return way;
                }
            }
        }
    }

    /// <summary>Whether the rule ever is the only one that matches.</summary>
    public bool CanSpeak(AcceptRule rule) => Each(rule).Any(grant =>
        Starts().Any(start => Presented(rule, start, grant).SelectMany(presented => rivals.Without(rule, presented, grant)).Any(IsPossible)));

    /// <summary>Whether one token can meet the conditions of both, presented alike.</summary>
    public bool CanBothMatch(AcceptRule one, AcceptRule other) =>
        (one.Grants & other.Grants) != Grants.None
        && (one.When.Actor.Presence, other.When.Actor.Presence) is not ((ActorPresence.Required, ActorPresence.Forbidden) or (ActorPresence.Forbidden, ActorPresence.Required))
        && Starts().Any(start => Conditions(one, start) is { } first && Conditions(other, first) is { } both && IsPossible(both));

    private Demand[] Starts() => [Demand.Nothing, Demand.Nothing.WithIssuers([policy.Issuer])];

    private static IEnumerable<Grants> Each(AcceptRule rule) =>
        new[] { Grants.TokenExchange, Grants.JwtBearer }.Where(grant => rule.Grants.HasFlag(grant));

    private static bool IsPossible(Demand demand) => ClaimDemand.CanAllHold(demand.Claims) && demand.Scopes.All(scope => scope.Value.IsPossible);

    /// <summary>What a token must be to meet the rule's conditions as well; null: nothing.</summary>
    private Demand? Conditions(AcceptRule rule, Demand presented)
    {
        ImmutableArray<string> types = [.. rule.When.SubjectTypes.Where(presented.Types.Contains)];
        if (types.IsEmpty || IssuersOf(rule, presented) is not { Possible: true, Named: var issuers })
        {
            return null;
        }

        Demand? all = presented.WithIssuers(issuers).WithTypes(types);
        foreach (var scope in rule.When.Scopes.Values)
        {
            all = all?.WithScope(scope, Origins.Through(rule.Through));
        }

        return all is null ? null : ConditionsOf(rule.When).Aggregate(all, (demand, condition) => Add(demand, new ClaimDemand(condition, MustHold: true)));
    }

    private IEnumerable<Demand> Presented(AcceptRule rule, Demand wanted, Grants grant = Grants.TokenExchange, Demand? partly = null)
    {
        if (!rule.Grants.HasFlag(grant)
            || (rule.When.Actor.Presence == ActorPresence.Required && !CanAct(rule.When.Actor))
            || IssuersOf(rule, wanted) is not { Possible: true, Named: var issuers }
            || Claims(rule, wanted) is not { } claims)
        {
            return [];
        }

        var start = (partly ?? Demand.Nothing).WithIssuers(issuers).WithTypes(rule.When.SubjectTypes);
        if (partly is not null)
        {
            if (IssuersOf(rule, partly) is not { Possible: true, Named: var both })
            {
                return [];
            }

            start = start.WithIssuers(both).WithTypes([.. partly.Types.Where(rule.When.SubjectTypes.Contains)]);
        }

        foreach (var scope in rule.When.Scopes.Values)
        {
            if (start.WithScope(scope, Origins.Through(rule.Through)) is not { } held)
            {
                return [];
            }

            start = held;
        }

        if (start.Types.IsEmpty)
        {
            return [];
        }

        start = claims.Aggregate(start, Add);
        return IssuedOf(rule, wanted).SelectMany(issued => Scopes(rule, issued, start));
    }

    /// <summary>Without a scope to ask for, the caller gets everything, and at least one if the rule grants any.</summary>
    public static IEnumerable<ImmutableArray<KeyValuePair<string, Origins>>> IssuedOf(AcceptRule rule, Demand wanted) =>
        !wanted.Scopes.IsEmpty || (rule.Scopes.IsEmpty && rule.Elevate.Count == 0)
            ? [wanted.Scopes]
            : rule.Scopes.Values.Concat(rule.Elevate.Keys).Distinct(StringComparer.Ordinal)
                .Select(scope => ImmutableArray.Create(KeyValuePair.Create(scope, Origins.Any)));

    private IEnumerable<Demand> Scopes(AcceptRule rule, ImmutableArray<KeyValuePair<string, Origins>> issued, Demand start)
    {
        var client = policy.Services[rule.From];
        if (rule.Elevate.Count == 0)
        {
            Demand? all = start;
            foreach (var (scope, origins) in issued)
            {
                all = rule.Scopes.Contains(scope) && client.Scopes.Contains(scope) ? all?.WithScope(scope, origins) : null;
            }

            return all is null ? [] : [all];
        }

        var ways = new List<(Demand Presented, ImmutableArray<string> Elevated)> { (start, []) };
        foreach (var (scope, origins) in issued)
        {
            var next = new List<(Demand, ImmutableArray<string>)>();
            foreach (var (presented, elevated) in ways)
            {
                if (rule.Scopes.Contains(scope) && client.Scopes.Contains(scope) && presented.WithScope(scope, origins) is { } passing)
                {
                    next.Add((passing, elevated));
                }

                if (rule.Elevate.TryGetValue(scope, out var held) && client.Scopes.Contains(held) && origins.Admits(rule.Target)
                    && presented.WithScope(held, Origins.Through(rule.Through)) is { } rising)
                {
                    next.Add((rising, elevated.Add(scope)));
                }
            }

            ways = next;
        }

        // A scope that the presented token holds anyway passes, and is not elevated: that is another way.
        return ways.Where(way => !way.Elevated.Any(scope => rule.Scopes.Contains(scope) && client.Scopes.Contains(scope) && way.Presented.Holds(scope)))
            .Select(way => way.Presented);
    }

    /// <summary>What the presented token must claim; null when the rule itself makes the wanted ones impossible.</summary>
    private static List<ClaimDemand>? Claims(AcceptRule rule, Demand wanted)
    {
        if (wanted.Claims.IsEmpty && rule.When is { Claims.IsEmpty: true, Acr.IsEmpty: true, MaxAge: null })
        {
            return None;
        }

        var demands = new List<ClaimDemand>();
        foreach (var claim in wanted.Claims)
        {
            var mapping = rule.Claims.FirstOrDefault(mapping => mapping.Claim == claim.Condition.Claim);
            if (mapping?.Source is { } source)
            {
                demands.Add(claim with { Condition = claim.Condition with { Claim = source } });
            }
            else if (!claim.IsMetBy(ValueOf(rule, claim.Condition.Claim)))
            {
                return null;
            }
        }

        demands.AddRange(ConditionsOf(rule.When).Select(condition => new ClaimDemand(condition, MustHold: true)));
        return demands;
    }

    private static JsonElement? ValueOf(AcceptRule rule, string claim) => claim == "client_id"
        ? JsonSerializer.SerializeToElement(rule.From)
        : rule.Claims.FirstOrDefault(mapping => mapping.Claim == claim)?.Constant;

    internal static IEnumerable<ClaimCondition> ConditionsOf(RuleConditions when)
    {
        foreach (var condition in when.Claims)
        {
            yield return condition;
        }

        if (!when.Acr.IsEmpty)
        {
            yield return new ClaimCondition("acr", [.. when.Acr.Select(acr => JsonSerializer.SerializeToElement(acr))]);
        }

        if (when.MaxAge is not null)
        {
            yield return new ClaimCondition("auth_time", null);
        }
    }

    private (bool Possible, ImmutableArray<string>? Named) IssuersOf(AcceptRule rule, Demand wanted)
    {
        if (wanted.Issuers is { } all && all.All(issuer => rule.When.Issuers.IsEmpty ? issuer != policy.Issuer : rule.When.Issuers.Contains(issuer)))
        {
            return (!all.IsEmpty, all);
        }

        if (rule.When.Issuers.IsEmpty)
        {
            // Any trusted one: what is wanted, but for ourselves.
            return wanted.Issuers is { } named
                ? Named(named.Where(issuer => issuer != policy.Issuer))
                : (true, null);
        }

        return Named(rule.When.Issuers.Where(issuer => wanted.Issuers is { } named ? named.Contains(issuer) : issuer != policy.Issuer));

        static (bool, ImmutableArray<string>?) Named(IEnumerable<string> all)
        {
            ImmutableArray<string> issuers = [.. all.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
            return (!issuers.IsEmpty, issuers);
        }
    }

    /// <summary>Named actors must be able to have a token at all; whoever else may act can be the subject itself.</summary>
    private bool CanAct(ActorCondition actor) => !actor.NamesActors || !actor.Issuers.IsEmpty || actor.Services.Any(ownTokens.Contains);

    /// <summary>Where no scope is needed, a token with one is as good, and there may be no other.</summary>
    private IEnumerable<Demand> Scoped(AcceptRule rule, Demand presented) =>
        presented.Scopes.IsEmpty ? [presented, .. scopes.Value[rule.From].Select(scope => presented.WithScope(scope, Origins.Any)!)] : [presented];

    internal static Demand Add(Demand demand, ClaimDemand claim) => demand.Claims.Length >= MaxTracked ? demand : demand.WithClaim(claim);
}
