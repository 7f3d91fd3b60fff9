using System.Collections.Immutable;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>What a token must be: exactly these scopes, these claims, a chain that began with one of these issuers. Immutable.</summary>
internal sealed class Demand
{
    /// <summary>The types that a token of ours can be presented as.</summary>
    public static readonly ImmutableArray<string> OwnTypes = [TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt];

    public static readonly Demand Nothing = new([], [], null, OwnTypes);

    private Demand(
        ImmutableArray<KeyValuePair<string, Origins>> scopes,
        ImmutableArray<ClaimDemand> claims,
        ImmutableArray<string>? issuers,
        ImmutableArray<string> types)
    {
        (Scopes, Claims, Issuers, Types) = (scopes, claims, issuers, types);
    }

    /// <summary>In ordinal order.</summary>
    public ImmutableArray<KeyValuePair<string, Origins>> Scopes { get; }

    public ImmutableArray<ClaimDemand> Claims { get; }

    /// <summary>Null: any trusted one, which we ourselves are not.</summary>
    public ImmutableArray<string>? Issuers { get; }

    /// <summary>One of these is declared when it is presented.</summary>
    public ImmutableArray<string> Types { get; }

    /// <summary>Equal texts, equal demands. Made when it is asked for: most demands are steps on the way to another one.</summary>
    public string Key => field ??= string.Concat(
        KeyOf(Scopes), "\n",
        Claims.IsEmpty ? "" : string.Join('\t', Claims.Select(claim => claim.Key)), "\n",
        (Issuers is { } named ? string.Join(' ', named) : "*") + (Types.SequenceEqual(OwnTypes) ? "" : "\n" + string.Join(' ', Types)));

    public Origins? OriginsOf(string scope)
    {
        foreach (var held in Scopes)
        {
            if (held.Key == scope)
            {
                return held.Value;
            }
        }

        return null;
    }

    public bool Holds(string scope) => OriginsOf(scope) is not null;

    /// <summary>The same with the scope, which must come from there; null when it can't.</summary>
    public Demand? WithScope(string scope, Origins origins)
    {
        var all = OriginsOf(scope)?.And(origins) ?? origins;
        return !all.IsPossible ? null
            : Scopes.IsEmpty ? new Demand([KeyValuePair.Create(scope, all)], Claims, Issuers, Types)
            : new Demand(
                [.. Scopes.Where(held => held.Key != scope).Append(KeyValuePair.Create(scope, all)).OrderBy(held => held.Key, StringComparer.Ordinal)],
                Claims, Issuers, Types);
    }

    /// <summary>The same with a claim; what the protocol itself puts into a token counts as right.</summary>
    public Demand WithClaim(ClaimDemand claim) =>
        ProtocolClaims.Contains(claim.Condition.Claim) || Claims.Any(known => known.Key == claim.Key)
            ? this
            : new Demand(Scopes, [.. Claims.Append(claim).OrderBy(known => known.Key, StringComparer.Ordinal)], Issuers, Types);

    public Demand WithScopes(ImmutableArray<KeyValuePair<string, Origins>> scopes) => new(scopes, Claims, Issuers, Types);

    public Demand WithIssuers(ImmutableArray<string>? issuers) => issuers == Issuers ? this : new(Scopes, Claims, issuers, Types);

    public Demand WithTypes(ImmutableArray<string> types) => types == Types ? this : new(Scopes, Claims, Issuers, types);

    private static string KeyOf(ImmutableArray<KeyValuePair<string, Origins>> scopes) => scopes switch
    {
        [] => "",
        [var only] => only.Key + "<" + only.Value.Key,
        _ => string.Join(' ', scopes.Select(scope => scope.Key + "<" + scope.Value.Key)),
    };

    private static readonly ImmutableArray<string> ProtocolClaims =
        ["iss", "exp", "nbf", "iat", "aud", "sub", "act", "cnf", "jti", "scope", "sid", AuthorizationDetails.Name];
}
