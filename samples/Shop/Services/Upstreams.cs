using System.Net.Http.Headers;
using ExchangeCluster.Client;
using ExchangeCluster.Protocol;
using ExchangeCluster.Samples.Shop.Parties;

namespace ExchangeCluster.Samples.Shop.Services;

/// <summary>The services that the shop's API calls, of four companies.</summary>
internal sealed class Upstreams : IAsyncDisposable
{
    private readonly List<ServiceApp> apps = [];

    /// <summary>Of those that the shop calls, by name.</summary>
    public Dictionary<string, Uri> Addresses { get; } = new(StringComparer.Ordinal);

    public static async Task<Upstreams> StartAsync(World world)
    {
        var upstreams = new Upstreams();
        await upstreams.AddAsync("catalogue", world.ShopIssuer, "https://catalogue.shop.example", "browse");
        await upstreams.AddAsync("credit-rating", world.ShopIssuer, "https://credit.example", "rating.read");
        await upstreams.AddAsync("payment", world.PaymentIssuer, "https://payment.example", "charge");
        await upstreams.AddIdentityAsync(world);
        await upstreams.AddGeolocationAsync(world);
        return upstreams;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var app in apps)
        {
            await app.DisposeAsync();
        }
    }

    private async Task AddAsync(string name, string issuer, string audience, string scope) =>
        Add(name, await ServiceApp.StartAsync(issuer, audience, app => app.MapPost("/", () => Results.Ok()).RequireScope(scope)));

    /// <summary>Insists on claim values that no login gives, and asks the population register in turn.</summary>
    private async Task AddIdentityAsync(World world)
    {
        var register = await ServiceApp.StartAsync(
            world.ShopIssuer, "https://register.example", app => app.MapPost("/", () => Results.Ok()).RequireScope("register.read"));
        apps.Add(register);
        var consumer = new Consumer("identity", world);
        Add("identity", await ServiceApp.StartAsync(
            world.ShopIssuer,
            "https://identity.example",
            app => app.MapPost("/", async (HttpContext context, IHttpClientFactory clients) =>
            {
                if (context.User.FindFirst("partner_id")?.Value != "shop-77" || context.User.FindFirst("assurance")?.Value != "high")
                {
                    return Results.Forbid();
                }

                using var client = clients.CreateClient("register");
                using var answer = await client.PostAsync(new Uri("/", UriKind.Relative), content: null);
                return answer.IsSuccessStatusCode ? Results.Ok() : Results.StatusCode(StatusCodes.Status502BadGateway);
            }).RequireScope("identity.verify"),
            services =>
            {
                consumer.Register(services);
                consumer.AddClient(services, "register", register.Address);
            }));
    }

    /// <summary>Tries what it must not be able to do: to place an order with what it got, and to get a token that could.</summary>
    private async Task AddGeolocationAsync(World world)
    {
        Add("geolocation", await ServiceApp.StartAsync(world.ShopIssuer, "https://geo.example", app => app.MapPost("/", async (HttpContext context) =>
        {
            var token = AuthenticationHeaderValue.Parse(context.Request.Headers.Authorization.ToString()).Parameter!;
            using var http = new HttpClient();
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(world.ShopAddress, "/orders"));
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var response = await http.SendAsync(request);
            world.Journal.AddAttempt($"POST /orders: {(int)response.StatusCode}");
            if (world.Approach != Approach.ReuseEverywhere)
            {
                var exchange = new TokenExchangeClient(http, new TokenExchangeClientOptions
                {
                    TokenEndpoint = new Uri(world.TokenServiceAddress, "/oauth/token"),
                    ClientId = "geolocation",
                    ClientSecret = new SensitiveText(world.Secrets.Of("geolocation")),
                });
                var result = await exchange.ExchangeAsync(new TokenExchangeRequest
                {
                    SubjectToken = new SensitiveText(token),
                    SubjectTokenType = TokenTypeIdentifiers.AccessToken,
                    Audiences = ["orders"],
                });
                world.Journal.AddAttempt($"exchange for orders: {result.Error?.Code ?? "issued"}");
            }

            return Results.Ok();
        }).RequireScope("locate")));
    }

    private void Add(string name, ServiceApp app)
    {
        apps.Add(app);
        Addresses[name] = app.Address;
    }
}
