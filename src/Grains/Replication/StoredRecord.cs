using System.Text.Json;

namespace ExchangeCluster.Grains.Replication;

/// <summary>JSON of small stored records.</summary>
internal static class StoredRecord
{
    private static readonly JsonSerializerOptions Strict = new()
    {
        AllowDuplicateProperties = false,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <exception cref="FormatException">Not such a record. The content is not quoted.</exception>
    public static T Read<T>(ReadOnlySpan<byte> record)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(record, Strict) ?? throw Malformed<T>();
        }
        catch (JsonException)
        {
            // Without the cause: its text quotes what it read.
            throw Malformed<T>();
        }
    }

    private static FormatException Malformed<T>() => new($"Not a {typeof(T).Name}.");
}
