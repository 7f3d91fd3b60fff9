using System.Buffers;
using System.Text.Json;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>The <c>act</c> claim as it is handed on: who acted, at every depth.</summary>
internal static class ActorChain
{
    /// <summary>RFC 8693 section 4.1: these mean nothing about an actor and are not used in <c>act</c>.</summary>
    private static readonly string[] Meaningless = ["exp", "nbf", "aud"];

    public static JsonElement WithoutValidity(JsonElement act)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            Write(json, act);
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void Write(Utf8JsonWriter json, JsonElement act)
    {
        json.WriteStartObject();
        foreach (var claim in act.EnumerateObject().Where(claim => !Meaningless.Contains(claim.Name, StringComparer.Ordinal)))
        {
            if (claim.NameEquals("act"))
            {
                json.WritePropertyName(claim.Name);
                Write(json, claim.Value);
            }
            else
            {
                claim.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
