using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Whether and until when a chain may go on beyond the tokens that it began with: only where every rule names that.</summary>
internal static class Refreshing
{
    /// <summary>
    /// Null, and the end of the refresh token that is asked for or used, else of the one that the subject or the actor token
    /// lives by, if any: rules that elevate in time don't add up along a chain.
    /// </summary>
    public static Refusal? Check(ExchangeCommand command, AcceptRule[] rules, DateTimeOffset now, out DateTimeOffset? until)
    {
        until = Earliest(command.Subject.Lineage?.RefreshUntil, command.Actor?.Lineage?.RefreshUntil);
        if (command.Refresh is null && command.RequestedTokenType != TokenTypeIdentifiers.RefreshToken)
        {
            return null;
        }

        until = Earliest(until, command.Refresh?.Until);
        foreach (var rule in rules)
        {
            if (rule.RefreshLifetime is not { } lifetime)
            {
                return new Refusal(RefusalReason.UnsupportedRequestedTokenType, $"{rule.Name} gives no refresh tokens.");
            }

            until = Earliest(until, (command.Refresh?.StartedAt ?? now) + lifetime);
        }

        return until > now ? null : new Refusal(RefusalReason.SubjectTokenExpired, "The time of the refresh token is over.");
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;
}
