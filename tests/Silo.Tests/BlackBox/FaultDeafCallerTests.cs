using System.Net;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>A caller that asks and does not read: what it was answered waits in the silo for as long as it likes.</summary>
public sealed class FaultDeafCallerTests
{
    private const string IsDeaf = "X-Deaf";

    [Fact]
    public async Task Fault_H16_Acknowledges_a_revocation_while_callers_read_none_of_their_answers()
    {
        var hears = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var connections = new DeafConnections(hears.Task);
        await using var shop = await RevocationShop.StartAsync(builder => builder.Services.AddSingleton<IStartupFilter>(connections));
        var admin = await shop.AdminTokenAsync();
        var login = shop.Login("deaf");
        var issued = await shop.IssueCachedAsync("web", login, "orders");

        // One from the near cache, one fresh, one refused, and one that is introspected.
        Task<HttpResponseMessage>[] answers =
        [
            SendAsync(shop, RevocationShop.Form("web", login, "orders"), "/oauth/token"),
            SendAsync(shop, RevocationShop.Form("web", shop.Login("deaf"), "orders"), "/oauth/token"),
            SendAsync(shop, RevocationShop.Form("web", login + "A", "orders"), "/oauth/token"),
            SendAsync(shop, shop.Question("orders", issued.Token), "/oauth/introspect"),
        ];
        await connections.AllWaitAsync(answers.Length);

        try
        {
            await shop.AdminRevokeAsync(shop.SubjectBody("deaf"), admin);
        }
        finally
        {
            // Else a silo that waits for them can't stop, and the test would say that instead.
            hears.SetResult();
        }

        HttpStatusCode[] statuses = [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.BadRequest, HttpStatusCode.OK];
        Assert.Equal(statuses, (await Task.WhenAll(answers)).Select(answer => answer.StatusCode));
    }

    private static async Task<HttpResponseMessage> SendAsync(RevocationShop shop, TokenForm form, string path)
    {
        using var client = new HttpClient { BaseAddress = shop.Silo.PublicUrl };
        using var request = form.ToRequest();
        request.RequestUri = new Uri(path, UriKind.Relative);
        request.Headers.Add(IsDeaf, "yes");
        return await client.SendAsync(request, TestContext.Current.CancellationToken);
    }

    /// <summary>Takes what is written for such callers, and doesn't say that it was sent.</summary>
    private sealed class DeafConnections(Task hears) : IStartupFilter
    {
        private readonly SemaphoreSlim waiting = new(0);

        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, then) =>
            {
                if (context.Request.Headers.ContainsKey(IsDeaf))
                {
                    var body = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
                    context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(new DeafStream(body.Stream, HeardAsync), body));
                }

                await then(context);
            });
            next(app);
        };

        public async Task AllWaitAsync(int count)
        {
            for (var number = 0; number < count; number++)
            {
                await waiting.WaitAsync(TestContext.Current.CancellationToken);
            }
        }

        private Task HeardAsync()
        {
            waiting.Release();
            return hears;
        }
    }

    private sealed class DeafStream(Stream connection, Func<Task> heardAsync) : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await heardAsync();
            await connection.WriteAsync(buffer, cancellationToken);
        }
    }
}
