using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Whether a client may present a subject token at all, and with this actor.</summary>
internal static class SubjectEntitlement
{
    public static Refusal? Check(PolicySnapshot policy, Service client, ExchangeCommand command)
    {
        var subject = command.Subject;
        if (!MayPresent(client, command))
        {
            return new Refusal(RefusalReason.ClientNotEntitledToSubjectToken, "The client is neither in aud nor the token's client.");
        }

        return command.Actor is { } actor
            ? MayAct.CheckActor(policy, subject, actor)
            : MayAct.CheckClient(policy, subject, client);
    }

    /// <summary>An authorization grant is for us, and for the client that it names, if it names one.</summary>
    private static bool MayPresent(Service client, ExchangeCommand command) => command.Grant == Grants.JwtBearer
        ? command.Subject.ClientId is null || command.Subject.ClientId == client.Name
        : command.Subject.Audiences.Contains(client.Audience) || command.Subject.ClientId == client.Name;
}
