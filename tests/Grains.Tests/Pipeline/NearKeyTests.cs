using System.Buffers;
using System.Security.Cryptography;
using CsCheck;
using ExchangeCluster.Grains.Pipeline;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

public sealed class NearKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Differs_wherever_header_or_body_differs() => Gen.Select(Header, Body, Header, Body).Sample((header1, body1, header2, body2) =>
        (Of(header1, body1) == Of(header2, body2)) == (header1 == header2 && body1.AsSpan().SequenceEqual(body2)));

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("", "abc", "abc", "")]
    [InlineData(null, "abc", "", "abc")]
    [InlineData("Basic A", "x", "basic A", "x")]
    public void Tells_apart_what_looks_alike_when_joined(string? header1, string body1, string? header2, string body2) =>
        Assert.NotEqual(Of(header1, body1), Of(header2, body2));

    [Fact]
    public void Means_nothing_to_another_process() => Assert.NotEqual(Of("a", [98]), Of("a", [98], secret: new byte[32]));

    [Fact]
    public void Is_the_same_however_the_body_lies_in_memory() =>
        Assert.Equal(Of("a", "bcd"u8.ToArray()), NearKey.Of(Hash(Secret), "a", Segments.Of("b"u8.ToArray(), [], "cd"u8.ToArray())));

    [Fact]
    public void Leaves_nothing_behind_in_the_hash()
    {
        using var hash = Hash(Secret);
        NearKey.Of(hash, "x", new ReadOnlySequence<byte>("y"u8.ToArray()));
        Assert.Equal(Of("a", "b"), NearKey.Of(hash, "a", new ReadOnlySequence<byte>("b"u8.ToArray())));
    }

    private static Gen<string?> Header => Gen.OneOf(Gen.Const((string?)null), Gen.String[Gen.Char['a', 'c'], 0, 3].Select(text => (string?)text));

    private static Gen<byte[]> Body => Gen.Byte[97, 99].Array[0, 3];

    private static NearKey Of(string? header, string body) => Of(header, System.Text.Encoding.UTF8.GetBytes(body));

    private static NearKey Of(string? header, byte[] body, byte[]? secret = null)
    {
        using var hash = Hash(secret ?? Secret);
        return NearKey.Of(hash, header, new ReadOnlySequence<byte>(body));
    }

    private static IncrementalHash Hash(byte[] secret) => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);

    /// <summary>A body that arrived in pieces.</summary>
    private sealed class Segments : ReadOnlySequenceSegment<byte>
    {
        public static ReadOnlySequence<byte> Of(params byte[][] pieces)
        {
            var first = new Segments { Memory = pieces[0] };
            var last = first;
            foreach (var piece in pieces.Skip(1))
            {
                var next = new Segments { Memory = piece, RunningIndex = last.RunningIndex + last.Memory.Length };
                last.Next = next;
                last = next;
            }

            return new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length);
        }
    }
}
