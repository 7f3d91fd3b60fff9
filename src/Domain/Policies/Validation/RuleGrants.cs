using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>grants</c> of a rule, and what a rule for the caller's own token can't say.</summary>
internal static class RuleGrants
{
    public static Grants Read(AcceptConfig accept, Service target, Mistakes mistakes)
    {
        if (accept.Grants is null)
        {
            return Grants.TokenExchange;
        }

        var grants = accept.Grants.Items.Aggregate(Grants.None, (all, grant) => all | GrantNames.Parse(grant.Value));
        if (grants.HasFlag(Grants.ClientCredentials))
        {
            CheckOwnToken(accept, grants, mistakes);
        }

        if (target.TokenFormat == TokenFormat.AuthorizationGrant && grants != Grants.TokenExchange)
        {
            mistakes.Add(accept.Grants.At, $"'{target.Name}' gets authorization grants, expected token-exchange alone");
        }

        return grants;
    }

    /// <summary>The single grants among <paramref name="grants"/>.</summary>
    public static IEnumerable<Grants> Each(Grants grants) =>
        Enum.GetValues<Grants>().Where(grant => grant is not (Grants.None or Grants.All) && grants.HasFlag(grant));

    /// <summary>There is no subject token, so nothing can depend on one; and the way up is an exchange, never the caller itself.</summary>
    private static void CheckOwnToken(AcceptConfig accept, Grants grants, Mistakes mistakes)
    {
        if (grants != Grants.ClientCredentials)
        {
            mistakes.Add(accept.Grants!.At, "a rule is for client-credentials and for subject tokens at once, expected a rule for each");
        }

        var misplaced = new (string Key, Position? At)[]
        {
            ("when", accept.When?.At), ("elevate", accept.Elevate?.At), ("through", accept.Through?.At), ("share", accept.Share?.At),
        };
        foreach (var (key, at) in misplaced)
        {
            if (at is { } place)
            {
                mistakes.Add(place, $"'{key}' is about subject tokens, expected a rule for client-credentials without it");
            }
        }
    }
}
