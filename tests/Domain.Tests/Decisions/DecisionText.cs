using System.Buffers;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Decisions.Explaining;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>Equal texts: equal decisions.</summary>
internal static class DecisionText
{
    public static string Of(Decision decision) => Write(json => DecisionWriter.Write(json, decision));

    public static string Write(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
