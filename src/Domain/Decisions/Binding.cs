using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// Bound tokens need the proof of their key (RFC 9449 section 5), and what is issued for them is bound as well: a rule
/// may let the binding move to the caller's key, no rule lets it go.
/// </summary>
internal static class Binding
{
    /// <summary>Null, or why the exchange is refused.</summary>
    public static Refusal? Check(PolicySnapshot policy, ExchangeCommand command, AcceptRule[] rules)
    {
        if (Confirmation.Of(command.Subject.Claims) is { } subject && subject != command.Confirmation
            && !(command.Confirmation is not null && rules.All(rule => rule.Rebind)))
        {
            return new Refusal(RefusalReason.SubjectTokenBound, "The token is bound to a key that the caller didn't prove.");
        }

        if (command.Actor is { } actor && Confirmation.Of(actor.Claims) is { } bound && bound != command.Confirmation)
        {
            return new Refusal(RefusalReason.ActorTokenRefused, "The token is bound to a key that the caller didn't prove.");
        }

        return command.Confirmation is null && command.Targets.Any(target => policy.Services[target].DpopRequired)
            ? new Refusal(RefusalReason.DpopProofMissing)
            : null;
    }
}
