using CsCheck;
using ExchangeCluster.Grains.Pipeline;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

public sealed class NearKeyTests
{
    private static readonly byte[] Secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Fact]
    public void Differs_wherever_header_or_body_differs() => Gen.Select(Header, Body, Header, Body).Sample((header1, body1, header2, body2) =>
        (NearKey.Of(Secret, header1, body1) == NearKey.Of(Secret, header2, body2)) == (header1 == header2 && body1.AsSpan().SequenceEqual(body2)));

    [Theory]
    [InlineData("ab", "c", "a", "bc")]
    [InlineData("", "abc", "abc", "")]
    [InlineData(null, "abc", "", "abc")]
    [InlineData("Basic A", "x", "basic A", "x")]
    public void Tells_apart_what_looks_alike_when_joined(string? header1, string body1, string? header2, string body2) =>
        Assert.NotEqual(Of(header1, body1), Of(header2, body2));

    [Fact]
    public void Means_nothing_to_another_process() => Assert.NotEqual(Of("a", "b"), NearKey.Of(new byte[32], "a", "b"u8));

    private static Gen<string?> Header => Gen.OneOf(Gen.Const((string?)null), Gen.String[Gen.Char['a', 'c'], 0, 3].Select(text => (string?)text));

    private static Gen<byte[]> Body => Gen.Byte[97, 99].Array[0, 3];

    private static NearKey Of(string? header, string body) => NearKey.Of(Secret, header, System.Text.Encoding.UTF8.GetBytes(body));
}
