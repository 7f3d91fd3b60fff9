using System.Text;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Silo.Token;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Token;

public sealed class FormParserTests
{
    [Theory]
    [InlineData("a=1&b=2", "a=1|b=2")]
    [InlineData("a=x+y%20z", "a=x y z")]
    [InlineData("a=%C3%A6", "a=æ")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData("a", "a=")]
    [InlineData("a=&&b=%3d%26", "a=|b==&")]
    [InlineData("a=1&a=2", "a=1|a=2")]
    [InlineData("", "")]
    public void Accepts_well_formed_forms(string body, string expected)
    {
        var (parameters, refusal) = FormParser.Parse(Encoding.UTF8.GetBytes(body));
        Assert.Null(refusal);
        Assert.Equal(expected, string.Join('|', parameters!.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("a=%")]
    [InlineData("a=%4")]
    [InlineData("a=%zz")]
    [InlineData("a=% 41")]
    [InlineData("%z1=a")]
    [InlineData("a=%00")]
    [InlineData("a=%ff")]
    [InlineData("a=%c0%af")]
    [InlineData("a=%ed%a0%80")]
    [InlineData("a=%u0041")]
    public void Fault_H12_Refuses_broken_escapes_and_text_that_is_not_utf8(string body) =>
        Assert.Equal(RefusalReason.MalformedRequest, FormParser.Parse(Encoding.UTF8.GetBytes(body)).Refusal?.Reason);

    [Fact]
    public void Fault_H12_Refuses_raw_bytes_that_are_not_utf8() =>
        Assert.Equal(RefusalReason.MalformedRequest, FormParser.Parse(new byte[] { (byte)'a', (byte)'=', 0xC3 }).Refusal?.Reason);

    [Fact]
    public void Fault_H14_Refuses_too_many_parameters()
    {
        Assert.NotNull(FormParser.Parse(Form(100)).Parameters);
        Assert.Equal(RefusalReason.TooManyParameters, FormParser.Parse(Form(101)).Refusal?.Reason);

        static byte[] Form(int count) => Encoding.UTF8.GetBytes(string.Join('&', Enumerable.Range(0, count).Select(i => $"p{i}=x")));
    }

    [Fact]
    public void Fault_H14_Refuses_overlong_names()
    {
        Assert.NotNull(FormParser.Parse(Encoding.UTF8.GetBytes(new string('n', 256) + "=1")).Parameters);
        Assert.Equal(
            RefusalReason.MalformedRequest,
            FormParser.Parse(Encoding.UTF8.GetBytes(new string('n', 257) + "=1")).Refusal?.Reason);
    }
}
