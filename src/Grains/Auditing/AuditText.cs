using System.Buffers;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>
/// A decision as one line of JSON (docs/audit.md). Tokens and people are keyed handles; everything else is a name of the policy or a
/// text of ours, and JSON escapes whatever is not plain.
/// </summary>
public static class AuditText
{
    private static readonly JsonScratch Scratch = new(default);

    /// <summary>The line of one answer, without a line feed.</summary>
    public static void Write(IBufferWriter<byte> buffer, in DecisionEntry entry)
    {
        buffer.Write(Scratch.Write(entry, static (json, entry) =>
        {
            json.WriteStartObject();
            json.WriteString("time", entry.At.UtcDateTime);
            json.WriteString("request", entry.Id.ToString());
            json.WriteString("source", SnakeCase.Of(entry.Source));
        }).Span);
        buffer.Write(entry.Facts.Text());
        buffer.Write("}"u8);
    }

    /// <summary>Members of the object, each with the comma before it.</summary>
    internal static byte[] MembersOf(DecisionFacts facts)
    {
        var text = Scratch.Write(facts, static (json, facts) =>
        {
            json.WriteStartObject();
            json.WriteString("outcome", facts.Refusal is null ? "issued" : "refused");
            WriteIfAny(json, "client", facts.Client);
            if (facts is { Command: { } command, Secret: { } secret })
            {
                Write(json, command, secret);
            }

            if (facts.PolicyRevision is { } revision)
            {
                json.WriteNumber("policy_revision", revision);
            }

            if (facts is { Token: { } token, Issuance: { } issuance })
            {
                Write(json, token, issuance);
            }

            if (facts.Refusal is { } refusal)
            {
                json.WriteString("reason", SnakeCase.Of(refusal.Reason));
                WriteIfAny(json, "detail", refusal.Detail);
            }

            json.WriteEndObject();
        }).Span;
        return [(byte)',', .. text[1..^1]];
    }

    private static void Write(Utf8JsonWriter json, ExchangeCommand command, ClusterSecret secret)
    {
        json.WriteString("grant", GrantNames.Of(command.Grant));
        WriteArray(json, "targets", command.Targets);
        json.WriteString("subject", SubjectKey.Of(command.Subject.Root, secret));
        json.WriteString("subject_issuer", command.Subject.Root.Issuer);
        if (command.Actor is { } actor)
        {
            // A client is who it says by its name; a person only by a handle.
            json.WriteString("actor", actor.Root.Issuer == command.Subject.Issuer && actor.ClientId == actor.Root.Subject
                ? actor.Root.Subject
                : SubjectKey.Of(actor.Root, secret));
            json.WriteString("actor_token", actor.Handle.ToString());
        }

        json.WriteString("lineage", command.Subject.Root.Handle.ToString());
        json.WriteString("subject_token", command.Subject.Handle.ToString());
        WriteArray(json, "through", (command.Subject.Lineage?.Hops ?? []).Select(hop => $"{hop.Client}/{hop.Target}"));
    }

    private static void Write(Utf8JsonWriter json, IssuedToken token, Subjects.Issuance issuance)
    {
        WriteArray(json, "rules", issuance.Rules);
        json.WriteString("token", issuance.Token);
        json.WriteString("scope", token.Scope.Text);
        json.WriteString("expires_at", token.ExpiresAt.UtcDateTime);
        json.WriteString("expires_by", issuance.ExpiresBy);
        if (!issuance.Elevations.IsEmpty)
        {
            WriteArray(json, "elevations", issuance.Elevations);
        }

        if (!issuance.Embedded.IsEmpty)
        {
            json.WriteStartArray("embedded");
            foreach (var embedded in issuance.Embedded)
            {
                json.WriteStartObject();
                json.WriteString("client", embedded.Client);
                json.WriteString("target", embedded.Target);
                json.WriteString("token", embedded.Token);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
