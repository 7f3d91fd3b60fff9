using CsCheck;
using ExchangeCluster.Domain.Minting;
using Xunit;
using static ExchangeCluster.Domain.Tests.Minting.Lineages;

namespace ExchangeCluster.Domain.Tests.Minting;

/// <summary>The plaintext, as a later version or a bug of ours might write it: sealed well, so that only its form is judged.</summary>
public sealed class LineageFormatTests
{
    private static readonly byte[] Root = [1, 0, 24, 0, 1, (byte)'i', 0, 1, (byte)'s', 0, 0, .. new byte[15], 7];
    private static readonly byte[] Actor = [2, .. Root[1..]];
    private static readonly byte[] Ancestors = [3, 0, 18, 0, 1, .. new byte[15], 7];
    private static readonly byte[] Hops = [4, 0, 8, 0, 1, 0, 1, (byte)'c', 0, 1, (byte)'t'];
    private static readonly byte[] Elevations = [5, 0, 2, 0, 0];
    private static readonly byte[] State = [6, 0, 32, .. new byte[32]];

    [Fact]
    public void Accepts_the_least_lineage() => Assert.True(Reads(Root, Ancestors, Hops, Elevations, State));

    [Fact]
    public void Accepts_several_actors() => Assert.True(Reads(Root, Actor, Actor, Ancestors, Hops, Elevations, State));

    [Fact]
    public void Accepts_the_end_of_a_refresh_token() => Assert.True(Reads(Root, Ancestors, Hops, Elevations, State, [7, 0, 8, .. new byte[8]]));

    [Fact]
    public void Accepts_an_unknown_field_that_may_be_skipped() =>
        Assert.True(Reads(Root, Ancestors, Hops, Elevations, State, [0x80, 0, 3, 1, 2, 3], [0xFF, 0, 0]));

    [Theory]
    [InlineData(8)]
    [InlineData(0x7F)]
    public void Refuses_an_unknown_field_that_may_not_be_skipped(byte tag) =>
        Assert.False(Reads(Root, Ancestors, Hops, Elevations, State, [tag, 0, 0]));

    [Fact]
    public void Refuses_a_missing_field()
    {
        byte[][] all = [Root, Ancestors, Hops, Elevations, State];
        Assert.All(Enumerable.Range(0, all.Length), i => Assert.False(Reads([.. all.Where((_, j) => j != i)])));
        Assert.False(Reads());
    }

    [Fact]
    public void Refuses_a_repeated_field()
    {
        byte[][] all = [Root, Ancestors, Hops, Elevations, State];
        Assert.All(Enumerable.Range(0, all.Length), i => Assert.False(Reads([.. all[..i], all[i], .. all[i..]])));
    }

    [Fact]
    public void Refuses_another_order() => Assert.False(Reads(Ancestors, Root, Hops, Elevations, State));

    [Fact]
    public void Refuses_empty_or_overlong_lists()
    {
        Assert.False(Reads(Root, [3, 0, 2, 0, 0], Hops, Elevations, State));
        Assert.False(Reads(Root, Ancestors, [4, 0, 2, 0, 0], Elevations, State));
        var hops = Enumerable.Repeat(Hops[5..], Lineage.MaxHops + 1).SelectMany(hop => hop).ToArray();
        Assert.False(Reads(Root, Ancestors, Field(4, [0, Lineage.MaxHops + 1, .. hops]), Elevations, State));
        Assert.True(Reads(Root, Ancestors, Field(4, [0, Lineage.MaxHops, .. hops[..^6]]), Elevations, State));
        var actors = Enumerable.Repeat(Actor, Lineage.MaxHops + 1).ToArray();
        Assert.False(Reads([Root, .. actors, Ancestors, Hops, Elevations, State]));
    }

    [Fact]
    public void Refuses_trailing_bytes_in_a_field() =>
        Assert.False(Reads(Root, Ancestors, Hops, Elevations, [6, 0, 33, .. new byte[33]]));

    [Fact]
    public void Refuses_text_that_is_not_utf8() =>
        Assert.False(Reads(Root, Ancestors, [4, 0, 8, 0, 1, 0, 1, 0xFF, 0, 1, (byte)'t'], Elevations, State));

    [Fact]
    public void Refuses_a_flag_that_is_neither_and_a_time_out_of_range()
    {
        byte[] pair = [0, 1, (byte)'i', 0, 1, (byte)'s'];
        Assert.True(Reads(Field(1, [.. pair, 0, 1, .. new byte[8], .. new byte[16]]), Ancestors, Hops, Elevations, State));
        Assert.False(Reads(Field(1, [.. pair, 0, 2, .. new byte[8], .. new byte[16]]), Ancestors, Hops, Elevations, State));
        Assert.False(Reads(Field(1, [.. pair, 0, 1, 0x7F, .. new byte[7], .. new byte[16]]), Ancestors, Hops, Elevations, State));
    }

    [Fact]
    public void Refuses_other_padding()
    {
        byte[] plaintext = Padded(Root, Ancestors, Hops, Elevations, State);
        Assert.True(Reads(plaintext));
        Assert.False(Reads([.. plaintext[..^1], 1]));
        Assert.False(Reads(plaintext[..^1]));
        Assert.False(Reads([.. plaintext, .. new byte[64]]));
    }

    [Fact]
    public void Refuses_another_version() => Assert.False(LineageCodec.TryDecrypt(
        LineageBox.Seal(Padded(Root, Ancestors, Hops, Elevations, State), SecretBytes, JwtId, version: 2), Secret, JwtId, out _));

    [Fact]
    public void Never_throws_on_any_bytes() =>
        Gen.Select(Gen.Int[0, 127], Gen.Byte, Gen.Int[0, 127], Gen.Byte).Sample((i, x, j, y) =>
        {
            var plaintext = Padded(Root, Actor, Ancestors, Hops, Elevations, State);
            plaintext[i] = x;
            plaintext[j] = y;
            Reads(plaintext);
        }, iter: 5_000);

    private static byte[] Field(byte tag, byte[] value) => [tag, (byte)(value.Length >> 8), (byte)value.Length, .. value];

    private static byte[] Padded(params byte[][] fields)
    {
        byte[] content = [.. fields.SelectMany(field => field), 0];
        return [.. content, .. new byte[(64 - (content.Length % 64)) % 64]];
    }

    private static bool Reads(params byte[][] fields) => Reads(Padded(fields));

    private static bool Reads(byte[] plaintext) =>
        LineageCodec.TryDecrypt(LineageBox.Seal(plaintext, SecretBytes, JwtId), Secret, JwtId, out _);
}
