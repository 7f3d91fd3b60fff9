using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>The <c>actor</c> of a rule's <c>when</c>: a word, or a mapping that says who may act.</summary>
internal static class Actors
{
    public static ActorCondition Read(
        ConfigAny? actor, FrozenDictionary<string, Service> services, FrozenDictionary<string, TrustedIssuer> issuers, Mistakes mistakes)
    {
        switch (actor?.Node)
        {
            case null:
                return ActorCondition.Forbidden;
            case PolicyNode.Mapping mapping:
                return ToModel(ConfigBinder.Bind<ActorConfig>(mapping, mistakes), services, issuers, mistakes);
            case PolicyNode.Scalar { Text: "forbidden" }:
                return ActorCondition.Forbidden;
            case PolicyNode.Scalar { Text: "allowed" }:
                return new ActorCondition { Presence = ActorPresence.Allowed };
            case PolicyNode.Scalar { Text: "required" }:
                return new ActorCondition { Presence = ActorPresence.Required };
            default:
                mistakes.Add(actor.At, "what to do with actors is not understood, expected forbidden, allowed, required or a mapping that says who may act");
                return ActorCondition.Forbidden;
        }
    }

    private static ActorCondition ToModel(
        ActorConfig config, FrozenDictionary<string, Service> services, FrozenDictionary<string, TrustedIssuer> issuers, Mistakes mistakes)
    {
        foreach (var service in (config.Services?.Items ?? []).Where(service => !services.ContainsKey(service.Value)))
        {
            mistakes.AddUnknown(service.At, "the service", service.Value, "the name of a service", services.Keys);
        }

        foreach (var issuer in (config.Issuer?.Items ?? []).Where(issuer => !issuers.ContainsKey(issuer.Value)))
        {
            mistakes.AddUnknown(issuer.At, "the trusted issuer", issuer.Value, "the issuer of a trusted issuer", issuers.Keys);
        }

        if (config.Services is null && config.Issuer is null)
        {
            mistakes.Add(config.At, "actor says nobody who may act, expected services or issuer, or one word instead of the mapping");
        }

        // A name means something only at its issuer: the same sub elsewhere is somebody else.
        if (config.Issuer is null && (config.Subjects?.At ?? config.Claims?.At) is { } at)
        {
            mistakes.Add(at, "actor has subjects or claims of no issuer, expected issuer beside them");
        }

        return new ActorCondition
        {
            Presence = config.Presence?.Value == "allowed" ? ActorPresence.Allowed : ActorPresence.Required,
            Services = Values(config.Services),
            Issuers = Values(config.Issuer),
            Subjects = Values(config.Subjects),
            Claims = Conditions.ReadClaims(config.Claims, mistakes),
            Types = config.Type is { } types ? [.. types.Items.Select(type => SubjectTypeNames.Parse(type.Value))] : ActorCondition.Forbidden.Types,
        };
    }

    private static ImmutableArray<string> Values(ConfigList<ConfigText>? texts) => [.. (texts?.Items ?? []).Select(text => text.Value)];
}
