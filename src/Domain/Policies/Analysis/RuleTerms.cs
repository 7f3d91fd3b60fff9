namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>The terms of one rule, each named as in the policy file.</summary>
internal static class RuleTerms
{
    public static IEnumerable<(string What, string Value)> Of(AcceptRule rule) =>
    [
        ("grants", GrantNames.Listed(rule.Grants)),
        ("when", Of(rule.When)),
        ("scopes", PolicyTerms.Text(rule.Scopes.Values)),
        ("elevate", PolicyTerms.Text(rule.Elevate.Select(one => $"{one.Key} from {one.Value}"))),
        ("through", PolicyTerms.Text(rule.Through)),
        ("claims", PolicyTerms.Text(
        [
            .. rule.PairwiseSubject ? (string[])["sub pairwise"] : [],
            .. rule.Claims.Select(claim => claim.Constant is { } constant ? $"{claim.Claim} set to {constant.GetRawText()}" : claim.Source == claim.Claim ? claim.Claim : $"{claim.Claim} from {claim.Source}"),
        ])),
        ("authorization_details", string.Join("; ", rule.AuthorizationDetails.Select(ceiling => ceiling.Type + string.Concat(
            ceiling.Allowed.OrderBy(one => one.Key, StringComparer.Ordinal).Select(one => $" {one.Key} {PolicyTerms.Text(one.Value)}"))))),
        ("lifetime", rule.Lifetime is { } lifetime ? PolicyTerms.Text(lifetime) : ""),
        ("refresh", rule.RefreshLifetime is { } refresh ? PolicyTerms.Text(refresh) : ""),
        ("share", rule.Share?.ToString().ToLowerInvariant() ?? ""),
        ("rebind", rule.Rebind ? "allowed" : ""),
    ];

    private static string Of(RuleConditions when) => string.Join("; ",
    [
        .. Named("scopes", when.Scopes.Values),
        .. Named("issuer", when.Issuers),
        .. Named("claims", when.Claims.Select(Of)),
        .. when.Actor.Presence == ActorPresence.Forbidden ? (string[])[] : [Of(when.Actor)],
        .. when.SubjectTypes.Order(StringComparer.Ordinal).SequenceEqual(RuleConditions.None.SubjectTypes.Order(StringComparer.Ordinal)) ? [] : Named("subject_type", when.SubjectTypes.Select(ShortType)),
        .. Named("acr", when.Acr),
        .. when.MaxAge is { } age ? (string[])[$"max_age {PolicyTerms.Text(age)}"] : [],
    ]);

    private static string Of(ActorCondition actor) => string.Join(", ",
    [
        $"actor {actor.Presence.ToString().ToLowerInvariant()}",
        .. Named("services", actor.Services),
        .. Named("issuers", actor.Issuers),
        .. Named("subjects", actor.Subjects),
        .. Named("claims", actor.Claims.Select(Of)),
        .. Named("types", actor.Types.Select(ShortType)),
    ]);

    private static string Of(ClaimCondition condition) => condition.AnyOf is { } values
        ? $"{condition.Claim} is {string.Join(" or ", values.Select(value => value.GetRawText()).Order(StringComparer.Ordinal))}"
        : $"{condition.Claim} is present";

    private static IEnumerable<string> Named(string name, IEnumerable<string> values) =>
        PolicyTerms.Text(values) is { Length: > 0 } text ? [$"{name} {text}"] : [];

    /// <summary>The last part of the identifier, as the policy names it.</summary>
    private static string ShortType(string identifier) => identifier[(identifier.LastIndexOf(':') + 1)..];
}
