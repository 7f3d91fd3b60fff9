using System.Net;
using ExchangeCluster.Silo.TrustedIssuers;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

public sealed class GuardedHttpTests
{
    private const int MaxBytes = 1024;

    [Theory]
    [InlineData("https://keys.example/", "169.254.169.254")]
    [InlineData("https://169.254.169.254/", "127.0.0.1")]
    [InlineData("http://localhost/", "10.0.0.1")]
    public async Task Fault_X9_Refuses_an_address_that_no_source_may_have(string address, string resolved)
    {
        using var http = new GuardedHttp((_, _) => Task.FromResult<IPAddress[]>([IPAddress.Parse(resolved)]), MaxBytes);
        await RefusesAsync(http, address);
    }

    [Fact]
    public async Task Fault_X9_Connects_to_the_very_address_that_was_checked()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var answers = new Queue<IPAddress[]>([[IPAddress.Loopback], [IPAddress.Parse("169.254.169.254")]]);
        using var http = new GuardedHttp((_, _) => Task.FromResult(answers.Dequeue()), MaxBytes);
        var address = new UriBuilder(issuer.JwksUri) { Host = "localhost" }.Uri;
        await http.GetJsonAsync(address, TestContext.Current.CancellationToken);
        Assert.Single(answers);
    }

    [Theory]
    [InlineData(MaxBytes, true)]
    [InlineData(MaxBytes + 1, false)]
    public async Task Refuses_one_byte_over_the_limit(int length, bool accepted)
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        issuer.AnswerKeys = context => LoopbackIssuer.WriteJsonAsync(context, "{}".PadRight(length));
        using var http = new GuardedHttp(Dns.GetHostAddressesAsync, MaxBytes);
        var read = http.GetJsonAsync(issuer.JwksUri, TestContext.Current.CancellationToken);
        if (accepted)
        {
            Assert.Equal(length, (await read).Length);
        }
        else
        {
            await Assert.ThrowsAsync<KeySetFetchException>(() => read);
        }
    }

    private static async Task RefusesAsync(GuardedHttp http, string address)
    {
        var thrown = await Assert.ThrowsAsync<HttpRequestException>(
            () => http.GetJsonAsync(new Uri(address), TestContext.Current.CancellationToken));
        Assert.IsType<KeySetFetchException>(thrown.InnerException);
    }
}
