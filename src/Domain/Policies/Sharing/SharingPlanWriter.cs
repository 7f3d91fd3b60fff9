using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies.Sharing;

/// <summary>A client's own part of the plan as UTF-8 JSON; see docs/sharing-plan.md.</summary>
public static class SharingPlanWriter
{
    // The text is JSON for machines, never part of HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(PolicySnapshot policy, string client)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(buffer, Options);
        json.WriteStartObject();
        json.WriteString(SharingPlanMembers.Client, client);
        json.WriteNumber(SharingPlanMembers.PolicyRevision, policy.Revision);
        json.WriteStartArray(SharingPlanMembers.Edges);
        foreach (var edge in policy.Sharing.Of(client))
        {
            Write(json, edge);
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void Write(Utf8JsonWriter json, PlannedEdge edge)
    {
        json.WriteStartObject();
        json.WriteString(SharingPlanMembers.Target, edge.Target);
        json.WriteString(SharingPlanMembers.Audience, edge.Audience);
        json.WriteString(SharingPlanMembers.Outcome, PlannedEdge.NameOf(edge.Outcome));
        json.WriteString(SharingPlanMembers.Reason, edge.Reason);
        WriteArray(json, SharingPlanMembers.Scopes, edge.Scopes.Values);
        if (edge.Outcome == SharingOutcome.Reuse)
        {
            WriteArray(json, SharingPlanMembers.Closure, edge.Closure);
        }

        json.WriteEndObject();
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
}
