using System.Text.Json;
using System.Text.Json.Serialization;

namespace ExchangeCluster.Domain.Keys;

/// <summary>JSON of <see cref="KeyRecord"/>: kind and version first, then exactly the members of that kind.</summary>
internal static class KeyRecordFormat
{
    private static readonly JsonSerializerOptions Options = new()
    {
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        Converters = { new UnixSecondsConverter(), new ClusterSecretConverter() },
    };

    public static byte[] Encode(KeyRecord record) => JsonSerializer.SerializeToUtf8Bytes(record, Options);

    public static KeyRecord Decode(ReadOnlySpan<byte> record)
    {
        try
        {
            return JsonSerializer.Deserialize<KeyRecord>(record, Options) ?? throw Malformed();
        }
        catch (Exception e) when (e is JsonException or NotSupportedException or ArgumentException or InvalidOperationException)
        {
            // Without the cause: its text quotes what it read.
            throw Malformed();
        }
    }

    private static FormatException Malformed() => new("Not a key record of a known kind and version.");

    private sealed class UnixSecondsConverter : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            DateTimeOffset.FromUnixTimeSeconds(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) =>
            writer.WriteNumberValue(value.ToUnixTimeSeconds());
    }

    private sealed class ClusterSecretConverter : JsonConverter<ClusterSecret>
    {
        public override ClusterSecret Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(reader.GetBytesFromBase64());

        public override void Write(Utf8JsonWriter writer, ClusterSecret value, JsonSerializerOptions options) =>
            writer.WriteBase64StringValue(value.Reveal());
    }
}
