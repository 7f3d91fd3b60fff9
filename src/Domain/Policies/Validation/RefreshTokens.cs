using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>refresh</c> of a rule.</summary>
internal static class RefreshTokens
{
    /// <summary>Revocation cut-offs are kept that long.</summary>
    private static readonly TimeSpan GreatestLifetime = TimeSpan.FromDays(366);

    /// <summary>How long a refresh token lives; null when there is none.</summary>
    public static TimeSpan? Read(RefreshConfig? refresh, Grants grants, Service target, Mistakes mistakes)
    {
        if (refresh is null)
        {
            return null;
        }

        if (refresh.Lifetime.Value > GreatestLifetime)
        {
            mistakes.Add(refresh.Lifetime.At, "lifetime of refresh is too long, expected at most 366d");
        }

        if (grants != Grants.TokenExchange)
        {
            mistakes.Add(refresh.At, "refresh tokens are for token exchange, expected a rule for token-exchange alone");
        }

        if (target.TokenFormat == TokenFormat.AuthorizationGrant)
        {
            mistakes.Add(refresh.At, $"'{target.Name}' gets authorization grants, each of which is asked for when it is needed, expected no refresh");
        }

        return refresh.Lifetime.Value;
    }
}
