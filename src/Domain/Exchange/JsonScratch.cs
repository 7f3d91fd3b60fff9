using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// A JSON writer for each thread, whose buffer has grown to what is usually written: a new one grows by three times the text that it is given, for
/// every token. What is written must not use the same scratch again.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "Lives as long as the process; threads that end let go of theirs.")]
public sealed class JsonScratch(JsonWriterOptions options)
{
    /// <summary>A buffer that has grown beyond this is let go, in bytes.</summary>
    private const int MostKept = 128 * 1024;

    private readonly ThreadLocal<(ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json)> own = new(() => New(options));

    /// <returns>UTF-8 JSON, in memory that the next use on this thread overwrites.</returns>
    /// <param name="state">Handed to <paramref name="write"/>.</param>
    /// <param name="write">Writes one JSON value.</param>
    public ReadOnlyMemory<byte> Write<T>(T state, Action<Utf8JsonWriter, T> write)
        where T : allows ref struct
    {
        if (own.Value.Buffer.Capacity > MostKept)
        {
            own.Value = New(options);
        }

        var (buffer, json) = own.Value;
        buffer.ResetWrittenCount();
        json.Reset();
        write(json, state);
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static (ArrayBufferWriter<byte> Buffer, Utf8JsonWriter Json) New(JsonWriterOptions options)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        return (buffer, new Utf8JsonWriter(buffer, options));
    }
}
