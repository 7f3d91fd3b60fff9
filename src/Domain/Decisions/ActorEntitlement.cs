using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Whether a client may present an actor token at all: by the same logic as for a subject token.</summary>
internal static class ActorEntitlement
{
    public static Refusal? Check(PolicySnapshot policy, Service client, ExchangeCommand command)
    {
        if (command.Actor is not { } actor)
        {
            return null;
        }

        var isClient = actor.Root.Issuer == policy.Issuer && actor.Root.Subject == client.Name;
        if (!isClient && !actor.Audiences.Contains(client.Audience) && actor.ClientId != client.Name)
        {
            return new Refusal(RefusalReason.ClientNotEntitledToActorToken, "The client is not the actor, nor in aud, nor the token's client.");
        }

        if (actor.Root.Issuer != policy.Issuer && !policy.TrustedIssuers.ContainsKey(actor.Root.Issuer))
        {
            return new Refusal(RefusalReason.ActorTokenRefused, "The actor's chain began with an issuer that is no longer trusted.");
        }

        // RFC 8693 section 4.1 knows a line of actors. Who acts for the actor would make it a tree: to drop that party
        // would hide it, to put it into the line would say that it acted for the subject.
        if (actor.Claims.TryGetProperty(ActorChain.ClaimName, out _))
        {
            return new Refusal(RefusalReason.ActorTokenRefused, "The actor token has an actor itself.");
        }

        return MayAct.CheckClient(policy, actor, client) is { } refusal
            ? new Refusal(RefusalReason.ClientNotEntitledToActorToken, refusal.Detail)
            : null;
    }
}
