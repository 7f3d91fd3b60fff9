using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Minting;

/// <summary>Reads the primitives of <see cref="LineageFormat"/>; throws <see cref="FormatException"/> on anything else.</summary>
internal ref struct LineageReader(ReadOnlySpan<byte> bytes)
{
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly int total = bytes.Length;
    private ReadOnlySpan<byte> rest = bytes;

    public delegate T Item<out T>(ref LineageReader reader);

    public byte Tag() => Take(1)[0];

    /// <summary>A reader of the value that follows a tag.</summary>
    public LineageReader Field() => new(Take(Length()));

    public ImmutableArray<T> List<T>(int maxCount, Item<T> read)
    {
        var count = Length();
        if (count > maxCount)
        {
            throw new FormatException("A list is too long.");
        }

        var items = ImmutableArray.CreateBuilder<T>(count);
        for (var i = 0; i < count; i++)
        {
            items.Add(read(ref this));
        }

        return items.MoveToImmutable();
    }

    public bool Flag() => Take(1)[0] switch
    {
        0 => false,
        1 => true,
        _ => throw new FormatException("Neither present nor absent."),
    };

    public string Text()
    {
        try
        {
            return Utf8.GetString(Take(Length()));
        }
        catch (DecoderFallbackException e)
        {
            throw new FormatException("Not UTF-8.", e);
        }
    }

    public TokenHandle Handle() => TokenHandle.Read(Take(TokenHandle.Size));

    public long Integer() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public DateTimeOffset Time()
    {
        try
        {
            return DateTimeOffset.FromUnixTimeMilliseconds(Integer());
        }
        catch (ArgumentOutOfRangeException e)
        {
            throw new FormatException("Not a time.", e);
        }
    }

    public Guid Guid() => new(Take(16), bigEndian: true);

    public void Skip() => rest = [];

    public readonly void MustBeEmpty()
    {
        if (!rest.IsEmpty)
        {
            throw new FormatException("Trailing bytes.");
        }
    }

    /// <summary>Only the zeros that fill the last block.</summary>
    public readonly void MustBePadding(int block)
    {
        if (total % block != 0 || rest.Length >= block || rest.ContainsAnyExcept((byte)0))
        {
            throw new FormatException("Bad padding.");
        }
    }

    private int Length() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    private ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length)
        {
            throw new FormatException("Too short.");
        }

        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }
}
