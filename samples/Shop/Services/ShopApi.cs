using ExchangeCluster.Samples.Shop.Parties;

namespace ExchangeCluster.Samples.Shop.Services;

/// <summary>The web shop's API: an order with instalments needs four other companies.</summary>
internal static class ShopApi
{
    public static Task<ServiceApp> StartAsync(World world, Upstreams upstreams)
    {
        var consumer = new Consumer("orders", world);
        return ServiceApp.StartAsync(world.ShopIssuer, "https://orders.shop.example", Map, services =>
        {
            consumer.Register(services);
            foreach (var (target, address) in upstreams.Addresses)
            {
                consumer.AddClient(services, target, address);
            }
        });
    }

    private static void Map(WebApplication app)
    {
        app.MapGet("/catalogue", async (IHttpClientFactory clients) => await CallAsync(clients, "catalogue")).RequireScope("browse");
        app.MapPost("/orders", () => Results.Created()).RequireScope("orders.place");
        app.MapPost("/orders/by-instalments", async (IHttpClientFactory clients) =>
        {
            foreach (var upstream in (string[])["identity", "geolocation", "credit-rating", "payment"])
            {
                var answer = await CallAsync(clients, upstream);
                if (answer is not Microsoft.AspNetCore.Http.HttpResults.Ok)
                {
                    return answer;
                }
            }

            return Results.Created();
        }).RequireScope("orders.place");
    }

    private static async Task<IResult> CallAsync(IHttpClientFactory clients, string upstream)
    {
        using var client = clients.CreateClient(upstream);
        using var response = await client.PostAsync(new Uri("/", UriKind.Relative), content: null);
        return response.IsSuccessStatusCode
            ? Results.Ok()
            : Results.Problem($"{upstream} answered {(int)response.StatusCode}.", statusCode: StatusCodes.Status502BadGateway);
    }
}
