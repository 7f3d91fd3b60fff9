using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// <c>may_act</c> (RFC 8693 section 4.4): the one party that may act. Every member that identifies a party is compared;
/// one that we can't compare refuses.
/// </summary>
internal static class MayAct
{
    public const string ClaimName = "may_act";

    /// <summary>
    /// Null when the token has no <c>may_act</c>, or it names the client; without an actor token the client itself is the
    /// party that acts.
    /// </summary>
    public static Refusal? CheckClient(PolicySnapshot policy, ValidatedToken token, Service client) =>
        Check(token, new Party(client.Name, client.Name, policy.Issuer, IsIssuerImplied: true), RefusalReason.ClientNotNamedByMayAct);

    /// <summary>Null when the token has no <c>may_act</c>, or it names who the actor token is of.</summary>
    public static Refusal? CheckActor(PolicySnapshot policy, ValidatedToken token, ValidatedToken actor)
    {
        // A name without iss is one that the token's issuer knows: its own subject, or a service of ours.
        var implied = actor.Root.Issuer == token.Issuer || actor.Root.Issuer == policy.Issuer;
        var party = new Party(actor.Root.Subject, actor.ClientId, actor.Root.Issuer, implied);
        return Check(token, party, RefusalReason.ActorNotNamedByMayAct);
    }

    private static Refusal? Check(ValidatedToken token, Party party, RefusalReason reason)
    {
        if (!token.Claims.TryGetProperty(ClaimName, out var mayAct))
        {
            return null;
        }

        if (mayAct.ValueKind != JsonValueKind.Object)
        {
            return new Refusal(RefusalReason.SubjectTokenClaimsRefused, "may_act is not an object.");
        }

        var (named, issuerKnown) = (false, party.IsIssuerImplied);
        foreach (var member in mayAct.EnumerateObject())
        {
            if (member.Value.ValueKind != JsonValueKind.String)
            {
                return new Refusal(RefusalReason.SubjectTokenClaimsRefused, "A member of may_act is not a string.");
            }

            var value = member.Value;
            var matches = member.Name switch
            {
                "sub" => named = value.ValueEquals(party.Subject),
                "client_id" => party.ClientId is not null && value.ValueEquals(party.ClientId),
                "iss" => issuerKnown = value.ValueEquals(party.Issuer),
                _ => false,
            };
            if (!matches)
            {
                return new Refusal(reason, "may_act names another party.");
            }

            // The client_id of a person's token is not the person: it names only a client that acts in its own name.
            named |= member.NameEquals("client_id") && party.ClientId == party.Subject;
        }

        return named && issuerKnown ? null : new Refusal(reason, "may_act names nobody, or a party of another issuer.");
    }

    /// <param name="Subject">Compared with <c>sub</c>.</param>
    /// <param name="ClientId">Compared with <c>client_id</c>.</param>
    /// <param name="Issuer">Compared with <c>iss</c>.</param>
    /// <param name="IsIssuerImplied">True when a <c>may_act</c> without <c>iss</c> can mean this party.</param>
    private readonly record struct Party(string Subject, string? ClientId, string Issuer, bool IsIssuerImplied);
}
