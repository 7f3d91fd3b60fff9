using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using ExchangeCluster.Client;
using ExchangeCluster.Protocol;
using ExchangeCluster.Samples.Shop.Measure;
using ExchangeCluster.Samples.Shop.Parties;
using ExchangeCluster.Samples.Shop.Services;

namespace ExchangeCluster.Samples.Shop;

/// <summary>Everyone who takes part, running: a login, the shop with its upstreams, and two token services of two companies.</summary>
internal sealed partial class World : IAsyncDisposable
{
    private static readonly string[] AllAudiences =
    [
        "https://orders.shop.example", "https://catalogue.shop.example", "https://identity.example", "https://register.example",
        "https://geo.example", "https://credit.example", "https://payment.example",
    ];

    private readonly List<IAsyncDisposable> running = [];
    private readonly HttpClient http = new();
    private LoginService login = null!;
    private ServiceApp shop = null!;

    private World(Approach approach) => Approach = approach;

    public Approach Approach { get; }

    public Secrets Secrets { get; } = new();

    public Journal Journal { get; } = new();

    public Uri TokenServiceAddress { get; } = Ports.FreeAddress();

    public Uri PaymentsAddress { get; } = Ports.FreeAddress();

    public Uri ShopAddress => shop.Address;

    /// <summary>Whose tokens the shop and its partners trust.</summary>
    public string ShopIssuer => Approach == Approach.ReuseEverywhere ? login.Issuer : TokenServiceAddress.OriginalString;

    /// <summary>Whose tokens the payment company trusts.</summary>
    public string PaymentIssuer => Approach == Approach.ReuseEverywhere ? login.Issuer : PaymentsAddress.OriginalString;

    public static async Task<World> StartAsync(Approach approach)
    {
        var world = new World(approach);
        try
        {
            await world.StartAsync();
            return world;
        }
        catch
        {
            await world.DisposeAsync();
            throw;
        }
    }

    /// <summary>A call of the shop's API, and how long it took.</summary>
    public async Task<(HttpResponseMessage Response, TimeSpan Elapsed)> CallAsync(string incoming, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, new Uri(shop.Address, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", incoming);
        var started = TimeProvider.System.GetTimestamp();
        return (await http.SendAsync(request), TimeProvider.System.GetElapsedTime(started));
    }

    /// <summary>What the browser's side does: it turns a login of this user into a token for the shop's API.</summary>
    public async Task<string> EnterAsync(string user, string scope)
    {
        if (Approach == Approach.ReuseEverywhere)
        {
            // One token that everyone takes: all audiences, all scopes, and the claim values that one of them wants.
            return login.Issue(
                user,
                "browse orders.place identity.verify register.read locate rating.read charge",
                AllAudiences,
                [new("partner_id", "shop-77"), new("assurance", "high")]);
        }

        var exchange = new TokenExchangeClient(http, new TokenExchangeClientOptions
        {
            TokenEndpoint = new Uri(TokenServiceAddress, "/oauth/token"),
            ClientId = "web",
            ClientSecret = new SensitiveText(Secrets.Of("web")),
        });
        var result = await exchange.ExchangeAsync(new TokenExchangeRequest
        {
            SubjectToken = new SensitiveText(login.Issue(user, scope, ["https://web.shop.example"], [])),
            SubjectTokenType = TokenTypeIdentifiers.AccessToken,
            Audiences = ["orders"],
        });
        return result.IsSuccess ? result.Response.AccessToken.Reveal() : throw new InvalidOperationException(result.Error.ToString());
    }

    /// <summary>What the policy has in mind for the shop's API, with its reasons, as the token service tells it.</summary>
    public async Task<string> PlanAsync()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(TokenServiceAddress, "/sharing-plan"));
        request.Headers.Authorization = new AuthenticationHeaderValue(
            "Basic", Convert.ToBase64String(System.Text.Encoding.ASCII.GetBytes($"orders:{Secrets.Of("orders")}")));
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }

    public async ValueTask DisposeAsync()
    {
        http.Dispose();
        foreach (var one in Enumerable.Reverse(running))
        {
            await one.DisposeAsync();
        }
    }

    private async Task StartAsync()
    {
        running.Add(login = await LoginService.StartAsync());
        if (Approach != Approach.ReuseEverywhere)
        {
            var services = await Task.WhenAll(
                TokenService.StartAsync(TokenServiceAddress, await PolicyAsync("shop.yaml")),
                TokenService.StartAsync(PaymentsAddress, await PolicyAsync("payments.yaml")));
            running.AddRange(services);
        }

        var upstreams = await Upstreams.StartAsync(this);
        running.Add(upstreams);
        running.Add(shop = await ShopApi.StartAsync(this, upstreams));
    }

    /// <summary>The policy as it is written, for the addresses of this run.</summary>
    private async Task<string> PolicyAsync(string file)
    {
        var text = (await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, file)))
            .Replace("https://login.shop.example", login.Issuer, StringComparison.Ordinal)
            .Replace("https://sts.shop.example", TokenServiceAddress.OriginalString, StringComparison.Ordinal)
            .Replace("https://sts.payments.example", PaymentsAddress.OriginalString, StringComparison.Ordinal);
        return Secrets.FillIn(Approach switch
        {
            Approach.EmbedAll => Share().Replace(text, "share: embed"),
            Approach.ExchangeAll => Share().Replace(text, "share: exchange"),
            _ => text,
        });
    }

    [GeneratedRegex("share: [a-z]+", RegexOptions.NonBacktracking)]
    private static partial Regex Share();
}
