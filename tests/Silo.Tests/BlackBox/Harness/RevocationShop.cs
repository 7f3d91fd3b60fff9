using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>
/// A silo for tests that revoke: its policy knows an administrator. Tests share it and keep to subjects, sessions and tokens of
/// their own; what hits everyone needs a silo of its own.
/// </summary>
public sealed class RevocationShop : IAsyncLifetime
{
    private readonly HttpClient management = new();

    public ShopParties Parties { get; } = new();

    public SiloFixture Silo { get; private set; } = null!;

    public TokenClient Client { get; private set; } = null!;

    public string Issuer => Silo.PublicUrl.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>A silo of its own.</summary>
    public static async Task<RevocationShop> StartAsync(Action<WebApplicationBuilder>? configure = null)
    {
        var shop = new RevocationShop();
        await shop.InitializeAsync(configure);
        return shop;
    }

    public ValueTask InitializeAsync() => InitializeAsync(null);

    public async ValueTask DisposeAsync()
    {
        management.Dispose();
        Client.Dispose();
        await Silo.DisposeAsync();
    }

    public string Login(string subject, string? session = null, DateTimeOffset? issuedAt = null, string forClient = "web", bool partner = false) =>
        Parties.SubjectToken(
            partner ? Parties.Partner : Parties.Login, forClient, subject, issuedAt: issuedAt, claims: claims =>
            {
                claims["country"] = "NO";
                if (session is not null)
                {
                    claims["sid"] = session;
                }
            });

    public Task<TokenAnswer> ExchangeAsync(string client, string subjectToken, string audience, Action<TokenForm>? edit = null)
    {
        var form = Form(client, subjectToken, audience);
        edit?.Invoke(form);
        return Client.SendAsync(form);
    }

    public static TokenForm Form(string client, string subjectToken, string audience)
    {
        var form = TokenForm.Exchange(subjectToken);
        form.UseBasic(client, ShopParties.SecretOf(client));
        form.Add(ParameterNames.Audience, audience);
        return form;
    }

    public async Task<IssuedJwt> IssueAsync(string client, string subjectToken, string audience) =>
        (await ExchangeAsync(client, subjectToken, audience)).AssertIssued();

    /// <summary>
    /// Asks until an answer comes from the cache. Key sets that a silo fetches after its start make it forget, once each.
    /// </summary>
    public async Task<IssuedJwt> IssueCachedAsync(string client, string subjectToken, string audience)
    {
        const int attempts = 20;
        var issued = await IssueAsync(client, subjectToken, audience);
        for (var attempt = 0; attempt < attempts; attempt++)
        {
            var before = issued;
            issued = await IssueAsync(client, subjectToken, audience);
            if (issued.Token == before.Token)
            {
                return issued;
            }
        }

        throw new InvalidOperationException("No answer comes from the cache.");
    }

    /// <summary>A login's token, and three tokens each exchanged for the next: at orders, catalog and stock.</summary>
    public async Task<string[]> ChainAsync(string login, string first = "web")
    {
        var atOrders = await IssueAsync(first, login, "orders");
        var atCatalog = await IssueAsync("orders", atOrders.Token, "catalog");
        var atStock = await IssueAsync("catalog", atCatalog.Token, "stock");
        return [login, atOrders.Token, atCatalog.Token, atStock.Token];
    }

    /// <summary>RFC 7009, form and all.</summary>
    public async Task<HttpResponseMessage> RevokeAsync(string? client, string token, string? hint = null)
    {
        var form = Question(client, token);
        if (hint is not null)
        {
            form.Add(ParameterNames.TokenTypeHint, hint);
        }

        return await PostAsync("/oauth/revoke", form);
    }

    /// <summary>RFC 7662, form and all.</summary>
    public Task<HttpResponseMessage> AskAsync(string? client, string token, string? accept = null) =>
        PostAsync("/oauth/introspect", Question(client, token), accept);

    /// <summary>What the caller reads.</summary>
    public async Task<JsonElement> IntrospectAsync(string client, string token)
    {
        using var response = await AskAsync(client, token);
        var body = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {body}");
        return JsonElement.Parse(body, new JsonDocumentOptions { AllowDuplicateProperties = false });
    }

    public async Task<bool> IsActiveAsync(string client, string token) =>
        (await IntrospectAsync(client, token)).GetProperty("active").GetBoolean();

    public TokenForm Question(string? client, string token)
    {
        var form = new TokenForm();
        form.Add(ParameterNames.Token, token);
        if (client is not null)
        {
            form.UseBasic(client, ShopParties.SecretOf(client));
        }

        return form;
    }

    public async Task<HttpResponseMessage> PostAsync(string path, TokenForm form, string? accept = null)
    {
        using var request = form.ToRequest();
        request.RequestUri = new Uri(path, UriKind.Relative);
        if (accept is not null)
        {
            request.Headers.Accept.Clear();
            request.Headers.TryAddWithoutValidation("Accept", accept);
        }

        return await Client.Http.SendAsync(request, Cancelled);
    }

    /// <summary>An access token for the management API.</summary>
    public async Task<string> AdminTokenAsync(string scope = "exchange.admin") =>
        (await IssueAsync("web", Parties.SubjectToken(subject: "root", scope: scope, issuedAt: ShopParties.Now), "sts")).Token;

    /// <summary>The management API.</summary>
    public async Task<HttpResponseMessage> AdminAsync(HttpMethod method, string path, JsonNode? body = null, string? token = null, bool withToken = true)
    {
        using var request = new HttpRequestMessage(method, new Uri(Silo.ManagementUrl, path));
        if (withToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await AdminTokenAsync());
        }

        request.Content = body is null ? null : JsonContent.Create(body);
        return await management.SendAsync(request, Cancelled);
    }

    /// <summary>The same with a policy.</summary>
    public async Task<HttpResponseMessage> SendPolicyAsync(HttpMethod method, string path, string policy, string? token = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Silo.ManagementUrl, path));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token ?? await AdminTokenAsync());
        request.Content = new StringContent(policy, Encoding.UTF8, "application/yaml");
        return await management.SendAsync(request, Cancelled);
    }

    /// <summary>Revokes, and returns the receipt.</summary>
    public async Task<JsonElement> AdminRevokeAsync(JsonNode body, string? token = null) =>
        await ReadAsync(await AdminAsync(HttpMethod.Post, "/admin/revocations", body, token));

    public async Task<JsonElement> LiftAsync(string id) => await ReadAsync(await AdminAsync(HttpMethod.Delete, "/admin/revocations/" + id));

    public async Task<JsonElement> ListAsync(string query = "") => await ReadAsync(await AdminAsync(HttpMethod.Get, "/admin/revocations" + query));

    public JsonObject SubjectBody(string subject, bool block = false) => new()
    {
        ["subjects"] = new JsonArray(new JsonObject { ["iss"] = Parties.Login.Issuer, ["sub"] = subject }),
        ["block"] = block,
    };

    /// <summary>A person of the login issuer, as the audit is asked for it.</summary>
    public JsonObject Subject(string name) => new() { ["iss"] = Parties.Login.Issuer, ["sub"] = name };

    public static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        using (response)
        {
            var body = await response.Content.ReadAsStringAsync(Cancelled);
            Assert.True(response.StatusCode == HttpStatusCode.OK, $"{response.StatusCode}: {body}");
            Assert.Equal(["no-store"], response.Headers.GetValues("Cache-Control"));
            return JsonElement.Parse(body);
        }
    }

    private async ValueTask InitializeAsync(Action<WebApplicationBuilder>? configure)
    {
        Silo = await SiloFixture.StartAsync(issuer => RevocationShopPolicy.Text(issuer, Parties), Cancelled, configure);
        Client = new TokenClient(Silo.PublicUrl);
    }
}

[CollectionDefinition]
public sealed class RevocationShopCollection : ICollectionFixture<RevocationShop>;
