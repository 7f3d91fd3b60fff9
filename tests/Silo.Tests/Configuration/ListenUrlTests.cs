using ExchangeCluster.Silo.Configuration;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Configuration;

public sealed class ListenUrlTests
{
    [Theory]
    [InlineData("http://127.0.0.1:5080", "http://127.0.0.1:5080", true)]
    [InlineData("HTTP://LocalHost:5080", "http://localhost:5080", true)]
    [InlineData("http://[::1]:5080", "http://[::1]:5080", true)]
    [InlineData("https://0.0.0.0:8443", "https://127.0.0.1:8443", false)]
    [InlineData("https://*:8443", "https://127.0.0.1:8443", false)]
    [InlineData("http://192.0.2.7", "http://192.0.2.7:80", false)]
    public void Accepts_addresses_and_knows_what_stays_on_this_machine(string text, string url, bool isLoopback)
    {
        var parsed = ListenUrl.Parse(text);
        Assert.Equal((url, isLoopback), (parsed.ToString(), parsed.IsLoopback));
    }

    [Theory]
    [InlineData("127.0.0.1:5080")]
    [InlineData("ftp://127.0.0.1:5080")]
    [InlineData("http://unix:/tmp/socket")]
    [InlineData("http://127.0.0.1:5080/base")]
    [InlineData("http://127.0.0.1:65536")]
    [InlineData("http://127.0.0.1.shop.example:5080")]
    [InlineData("http://shop.example:5080")]
    [InlineData("")]
    public void Refuses_what_would_listen_elsewhere_than_it_says(string text) => Assert.False(ListenUrl.TryParse(text, out _));
}
