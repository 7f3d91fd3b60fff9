using System.Buffers.Text;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Identity of one token for lineage and revocation: 16 bytes of a keyed hash over its issuer and signing input. The
/// signature is left out because ECDSA signatures are malleable: a re-signed twin is the same token.
/// </summary>
public readonly record struct TokenHandle(UInt128 Value)
{
    public const int Size = 16;

    public static TokenHandle Read(ReadOnlySpan<byte> bytes) =>
        new(System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(bytes));

    public void Write(Span<byte> destination) =>
        System.Buffers.Binary.BinaryPrimitives.WriteUInt128BigEndian(destination, Value);

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[Size];
        Write(bytes);
        return Base64Url.EncodeToString(bytes);
    }
}
