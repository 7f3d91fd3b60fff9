using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A silo whose tokens carry others, and ways to take these out and to look at them as their targets do.</summary>
public sealed class EmbeddingShop : IAsyncLifetime
{
    private readonly HttpClient management = new();

    public SharingShop Sharing { get; } = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A silo of its own.</summary>
    /// <param name="absent">A text of the policy that is not in it at first.</param>
    public static async Task<EmbeddingShop> StartAsync(string? absent = null)
    {
        var shop = new EmbeddingShop();
        await shop.Sharing.StartAsync((issuer, parties) =>
        {
            var text = EmbeddingShopPolicy.Text(issuer, parties);
            return absent is null ? text : text.Replace(absent, "", StringComparison.Ordinal);
        });
        return shop;
    }

    public ValueTask InitializeAsync() => Sharing.StartAsync(EmbeddingShopPolicy.Text);

    public async ValueTask DisposeAsync()
    {
        management.Dispose();
        await Sharing.DisposeAsync();
    }

    public Task<IssuedJwt> IssueAsync(string subject, string scope = "browse orders.place") =>
        Sharing.IssueAsync("web", Sharing.Login(subject, scope, "NO"), "orders");

    /// <summary>The tokens within, by target, in the order of the claim; each verified with the published keys, for its target alone.</summary>
    public async Task<OrderedDictionary<string, IssuedJwt>> TakeOutAsync(IssuedJwt token)
    {
        var keys = new JsonWebKeySet(await Sharing.Client.Http.GetStringAsync("/.well-known/jwks.json", Cancelled));
        var carried = new OrderedDictionary<string, IssuedJwt>(StringComparer.Ordinal);
        if (token.Claims.TryGetProperty(EmbeddedTokens.ClaimName, out var entries))
        {
            foreach (var entry in entries.EnumerateObject())
            {
                var member = Assert.Single(entry.Value.EnumerateObject());
                Assert.Equal(EmbeddedTokens.TokenMember, member.Name);
                var jwt = new IssuedJwt(member.Value.GetString()!);
                var result = await new JsonWebTokenHandler().ValidateTokenAsync(jwt.Token, new TokenValidationParameters
                {
                    ValidIssuer = Sharing.Issuer,
                    IssuerSigningKeys = keys.GetSigningKeys(),
                    ValidTypes = ["at+jwt"],
                    ValidAudience = ShopParties.AudienceOf(entry.Name),
                });
                Assert.True(result.IsValid, result.Exception?.Message);
                Assert.Equal([ShopParties.AudienceOf(entry.Name)], jwt.Audiences);
                Assert.True(jwt.ExpiresAt <= token.ExpiresAt);
                carried.Add(entry.Name, jwt);
            }
        }

        return carried;
    }

    /// <summary>
    /// Asks until an answer comes from the cache. Key sets that a silo fetches after its start make it forget, once each.
    /// </summary>
    public async Task<IssuedJwt> IssueCachedAsync(string login)
    {
        const int attempts = 20;
        var issued = await Sharing.IssueAsync("web", login, "orders");
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var before = issued;
            issued = await Sharing.IssueAsync("web", login, "orders");
            if (issued.Token == before.Token)
            {
                return issued;
            }
        }

        throw new InvalidOperationException("No answer comes from the cache.");
    }

    /// <summary>The management API.</summary>
    public async Task RevokeAsync(JsonNode body)
    {
        var admin = await Sharing.IssueAsync("web", Sharing.Login("root", "exchange.admin"), "sts");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(Sharing.Silo.ManagementUrl, "/admin/revocations"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", admin.Token);
        request.Content = JsonContent.Create(body);
        using var response = await management.SendAsync(request, Cancelled);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancelled));
    }

    /// <summary>Introspection says so, and an exchange does: both or neither.</summary>
    public async Task<bool> LivesAsync(IssuedJwt geolocations)
    {
        var isActive = await Sharing.IsActiveAsync("geolocation", geolocations.Token);
        var exchanged = await Sharing.ExchangeAsync("geolocation", geolocations.Token, "maps");
        Assert.Equal(isActive, exchanged.IsIssued);
        if (!isActive)
        {
            exchanged.AssertRefused(ErrorCodes.InvalidRequest);
        }

        return isActive;
    }
}
