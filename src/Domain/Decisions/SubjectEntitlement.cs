using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Whether a client may present a subject token at all.</summary>
internal static class SubjectEntitlement
{
    public static Refusal? Check(PolicySnapshot policy, Service client, ExchangeCommand command)
    {
        var subject = command.Subject;
        if (!MayPresent(client, command))
        {
            return new Refusal(RefusalReason.ClientNotEntitledToSubjectToken, "The client is neither in aud nor the token's client.");
        }

        if (subject.Lineage?.Hops.Length + command.Targets.Length > Lineage.MaxHops)
        {
            return new Refusal(RefusalReason.SubjectTokenChainTooLong);
        }

        return subject.Claims.TryGetProperty("may_act", out var mayAct) ? CheckMayAct(policy, client, mayAct) : null;
    }

    /// <summary>An authorization grant is for us, and for the client that it names, if it names one.</summary>
    private static bool MayPresent(Service client, ExchangeCommand command) => command.Grant == Grants.JwtBearer
        ? command.Subject.ClientId is null || command.Subject.ClientId == client.Name
        : command.Subject.Audiences.Contains(client.Audience) || command.Subject.ClientId == client.Name;

    /// <summary>
    /// RFC 8693 section 4.4: without an actor token the client itself is the party that acts. Every member that identifies
    /// a party is compared; one that we can't compare refuses.
    /// </summary>
    private static Refusal? CheckMayAct(PolicySnapshot policy, Service client, JsonElement mayAct)
    {
        if (mayAct.ValueKind != JsonValueKind.Object)
        {
            return new Refusal(RefusalReason.SubjectTokenClaimsRefused, "may_act is not an object.");
        }

        var named = false;
        foreach (var member in mayAct.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                return new Refusal(RefusalReason.SubjectTokenClaimsRefused, "A member of may_act is not a string.");
            }

            var matches = member.Name switch
            {
                "sub" or "client_id" => named = member.Value.ValueEquals(client.Name),
                "iss" => member.Value.ValueEquals(policy.Issuer),
                _ => false,
            };
            if (!matches)
            {
                return new Refusal(RefusalReason.ClientNotNamedByMayAct, "may_act names another party.");
            }
        }

        return named ? null : new Refusal(RefusalReason.ClientNotNamedByMayAct, "may_act names nobody.");
    }
}
