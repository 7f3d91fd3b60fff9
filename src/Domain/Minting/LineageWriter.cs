using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Minting;

/// <summary>Writes the primitives of <see cref="LineageFormat"/>.</summary>
internal sealed class LineageWriter
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private byte[] bytes = new byte[512];
    private int length;

    public void Field<T>(byte tag, T value, Action<LineageWriter, T> write)
    {
        Take(1)[0] = tag;
        var start = length;
        Take(2);
        write(this, value);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(start), checked((ushort)(length - start - 2)));
    }

    public void List<T>(ImmutableArray<T> items, Action<LineageWriter, T> write)
    {
        BinaryPrimitives.WriteUInt16BigEndian(Take(2), checked((ushort)items.Length));
        foreach (var item in items)
        {
            write(this, item);
        }
    }

    public void Optional<T>(T? value, Action<LineageWriter, T> write)
    {
        Take(1)[0] = value is null ? (byte)0 : (byte)1;
        if (value is not null)
        {
            write(this, value);
        }
    }

    public void Pair(string first, string second)
    {
        Text(first);
        Text(second);
    }

    public void Text(string value)
    {
        var size = Utf8.GetByteCount(value);
        BinaryPrimitives.WriteUInt16BigEndian(Take(2), checked((ushort)size));
        Utf8.GetBytes(value, Take(size));
    }

    public void Handle(TokenHandle handle) => handle.Write(Take(TokenHandle.Size));

    public void Integer(long value) => BinaryPrimitives.WriteInt64BigEndian(Take(8), value);

    public void Guid(Guid value) => value.TryWriteBytes(Take(16), bigEndian: true, out _);

    /// <summary>The end tag, then zeros up to a multiple of <paramref name="block"/>.</summary>
    public void End(byte tag, int block)
    {
        Take(1)[0] = tag;
        Take((block - (length % block)) % block).Clear();
    }

    public byte[] ToArray() => bytes.AsSpan(0, length).ToArray();

    private Span<byte> Take(int count)
    {
        if (length + count > bytes.Length)
        {
            Array.Resize(ref bytes, Math.Max(2 * bytes.Length, length + count));
        }

        length += count;
        return bytes.AsSpan(length - count, count);
    }
}
