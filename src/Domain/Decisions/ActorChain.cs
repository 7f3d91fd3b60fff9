using System.Buffers;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>The <c>act</c> claim (RFC 8693 section 4.1): who acts, outermost, and who acted before, nested.</summary>
internal static class ActorChain
{
    public const string ClaimName = "act";

    /// <summary>RFC 8693 section 4.1: these mean nothing about an actor and are not used in <c>act</c>.</summary>
    private static readonly string[] Meaningless = ["exp", "nbf", "aud"];

    /// <summary>
    /// The actor token's party around the subject token's <c>act</c>. Without an actor token the chain stays as it was: who
    /// acted is never lost.
    /// </summary>
    /// <param name="policy">Bounds the depth.</param>
    /// <param name="command">Holds both tokens.</param>
    /// <param name="act">Null when nobody acts.</param>
    public static Refusal? Extend(PolicySnapshot policy, ExchangeCommand command, out JsonElement? act)
    {
        act = null;
        JsonElement? earlier = command.Subject.Claims.TryGetProperty(ClaimName, out var value) ? value : null;
        if (DepthOf(earlier) + (command.Actor is null ? 0 : 1) > policy.MaxActorDepth)
        {
            return new Refusal(RefusalReason.ActorChainTooDeep, "act would have more actors than max_actor_depth.");
        }

        if (command.Actor is null && earlier is null)
        {
            return null;
        }

        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            if (command.Actor is { } actor)
            {
                WriteCurrent(json, actor, earlier);
            }
            else
            {
                WriteEarlier(json, earlier!.Value);
            }
        }

        act = JsonElement.Parse(buffer.WrittenSpan);
        return null;
    }

    private static int DepthOf(JsonElement? act)
    {
        var depth = 0;
        for (; act is { } actor; act = actor.TryGetProperty(ClaimName, out var inner) ? inner : null)
        {
            depth++;
        }

        return depth;
    }

    /// <summary>Names what we issued by our name for it; only a foreign actor needs its issuer.</summary>
    private static void WriteCurrent(Utf8JsonWriter json, ValidatedToken actor, JsonElement? earlier)
    {
        json.WriteStartObject();
        if (actor.Lineage is null)
        {
            json.WriteString("iss", actor.Issuer);
        }

        json.WriteString("sub", actor.Subject);
        if (earlier is { } act)
        {
            json.WritePropertyName(ClaimName);
            WriteEarlier(json, act);
        }

        json.WriteEndObject();
    }

    private static void WriteEarlier(Utf8JsonWriter json, JsonElement act)
    {
        json.WriteStartObject();
        foreach (var claim in act.EnumerateObject().Where(claim => !Meaningless.Contains(claim.Name, StringComparer.Ordinal)))
        {
            if (claim.NameEquals(ClaimName))
            {
                json.WritePropertyName(claim.Name);
                WriteEarlier(json, claim.Value);
            }
            else
            {
                claim.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
