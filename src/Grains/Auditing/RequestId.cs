using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>
/// Names one request in log, audit and explanations. Nobody but this service makes one: what a caller sends would have to be
/// believed and escaped.
/// </summary>
public readonly record struct RequestId(ulong Value)
{
    private static ulong last = BinaryPrimitives.ReadUInt64BigEndian(RandomNumberGenerator.GetBytes(sizeof(ulong)));

    /// <summary>Begins anywhere, so that those of two processes don't meet.</summary>
    public static RequestId Next() => new(Interlocked.Increment(ref last));

    /// <summary>Sixteen hexadecimal digits.</summary>
    public override string ToString() => Value.ToString("x16", CultureInfo.InvariantCulture);
}
