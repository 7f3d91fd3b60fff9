using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// Whether a rule admits the actor of an exchange: the presented actor token or its absence. Prior actors never count
/// (RFC 8693 section 4.1).
/// </summary>
internal static class ActorMatch
{
    public static bool Holds(ActorCondition condition, PolicySnapshot policy, ExchangeCommand command)
    {
        if (command.Actor is not { } actor)
        {
            return condition.Presence != ActorPresence.Required;
        }

        return condition.Presence != ActorPresence.Forbidden
            && condition.Types.Contains(actor.TokenType)
            && (condition.NamesActors ? IsNamed(condition, policy, actor) : IsVouchedFor(policy, command, actor));
    }

    /// <summary>An actor is who its chain began with: the same name at another issuer is somebody else.</summary>
    private static bool IsNamed(ActorCondition condition, PolicySnapshot policy, ValidatedToken actor)
    {
        if (actor.Root.Issuer == policy.Issuer)
        {
            return condition.Services.Contains(actor.Root.Subject);
        }

        if (!condition.Issuers.Contains(actor.Root.Issuer)
            || (!condition.Subjects.IsEmpty && !condition.Subjects.Contains(actor.Root.Subject)))
        {
            return false;
        }

        foreach (var claim in condition.Claims)
        {
            if (!ClaimMatch.Holds(claim, actor.Claims))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Nobody may splice a subject and an actor that have nothing to do with each other. The subject token's may_act names
    /// the actor (compared before, by <see cref="MayAct"/>), or the actor is the client, for which the subject token was
    /// issued, or both tokens are of one party.
    /// </summary>
    private static bool IsVouchedFor(PolicySnapshot policy, ExchangeCommand command, ValidatedToken actor) =>
        command.Subject.Claims.TryGetProperty(MayAct.ClaimName, out _)
        || (actor.Root.Issuer == policy.Issuer && actor.Root.Subject == command.Client)
        || IsSubject(command, actor);

    /// <summary>True when subject token and actor token are of one party.</summary>
    public static bool IsSubject(ExchangeCommand command, ValidatedToken actor) =>
        actor.Root.Issuer == command.Subject.Root.Issuer && actor.Root.Subject == command.Subject.Root.Subject;
}
