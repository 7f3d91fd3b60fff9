using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Whether a client may present a subject token at all, and with this actor.</summary>
internal static class SubjectEntitlement
{
    public static Refusal? Check(PolicySnapshot policy, Service client, ExchangeCommand command)
    {
        var subject = command.Subject;
        if (!subject.Audiences.Contains(client.Audience) && subject.ClientId != client.Name)
        {
            return new Refusal(RefusalReason.ClientNotEntitledToSubjectToken, "The client is neither in aud nor the token's client.");
        }

        return command.Actor is { } actor
            ? MayAct.CheckActor(policy, subject, actor)
            : MayAct.CheckClient(policy, subject, client);
    }
}
