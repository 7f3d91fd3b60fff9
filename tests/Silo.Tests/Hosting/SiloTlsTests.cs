using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using ExchangeCluster.Client.Orleans;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Silo.Tests.Sdk;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Hosting;

public sealed class SiloTlsTests : IAsyncLifetime
{
    private readonly PemFiles ours = new("ours");
    private readonly PemFiles theirs = new("theirs");
    private readonly ShopParties parties = new();
    private SiloFixture silo = null!;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => silo = await SiloFixture.StartAsync(
        issuer => RevocationShopPolicy.Text(issuer, parties),
        Cancelled,
        settings: [$"--ExchangeCluster:SiloCertificate={ours.Write(ours.Issue("silo"))}", $"--ExchangeCluster:SiloAuthority={ours.Authority}"]);

    public async ValueTask DisposeAsync()
    {
        await silo.DisposeAsync();
        ours.Dispose();
        theirs.Dispose();
    }

    [Fact]
    public async Task Lets_a_client_with_a_certificate_of_the_authority_in()
    {
        var certificate = ours.Write(ours.Issue("client"));
        await using var sdk = await SdkHost.StartAsync(
            silo,
            overOrleans: true,
            options => (options.ClientId, options.ClientSecret) = ("web", ShopParties.SecretOf("web")),
            client => client.UseMutualTls(certificate, ours.Authority));
        var token = await sdk.GetAsync("orders", parties.SubjectToken(subject: "tls", claims: claims => claims["country"] = "NO"));
        Assert.Equal("tls", new IssuedJwt(token.Token.Reveal()).Subject);
    }

    [Theory]
    [InlineData(true, "nothing")]
    [InlineData(false, "nothing")]
    [InlineData(true, "no certificate")]
    [InlineData(false, "no certificate")]
    [InlineData(true, "of another authority")]
    [InlineData(false, "of another authority")]
    [InlineData(true, "self-signed")]
    [InlineData(false, "self-signed")]
    public async Task Fault_F26_Refuses_whoever_dials_in_without_one(bool atGateway, string what)
    {
        var certificate = what switch
        {
            "of another authority" => theirs.Issue("silo"),
            "self-signed" => TestKit.TestAuthority.SelfSigned("CN=silo"),
            _ => null,
        };
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(atGateway ? silo.Gateway : SiloEndpoint, Cancelled);
        await using var stream = tcp.GetStream();
        if (what == "nothing")
        {
            // Orleans begins with the length of a message.
            await stream.WriteAsync(new byte[64], Cancelled);
            await EndsAsync(stream);
            return;
        }

        await using var tls = new SslStream(stream);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "silo",
                ClientCertificates = certificate is null ? null : [certificate],
                LocalCertificateSelectionCallback = certificate is null ? null : (_, _, _, _, _) => certificate,
                RemoteCertificateValidationCallback = (_, _, _, _) => true,
            }, Cancelled);
        }
        catch (AuthenticationException)
        {
            return;
        }

        // With TLS 1.3 a client is through before the server has looked.
        await EndsAsync(tls);
    }

    private IPEndPoint SiloEndpoint => new(IPAddress.Loopback, silo.Services.GetRequiredService<IOptions<EndpointOptions>>().Value.SiloPort);

    /// <summary>The other side hangs up, and has said nothing before.</summary>
    private static async Task EndsAsync(Stream stream)
    {
        try
        {
            Assert.Equal(0, await stream.ReadAsync(new byte[1024], Cancelled).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancelled));
        }
        catch (IOException)
        {
            // A reset says the same.
        }
    }
}
