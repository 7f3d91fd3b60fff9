using System.Net;
using System.Text.Json;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A silo whose policy shares tokens by reuse and by embedding, and which tests may change.</summary>
public sealed class SharingShop : IAsyncLifetime
{
    private string policy = "";
    private int revision = 1;

    public ShopParties Parties { get; } = new();

    public SiloFixture Silo { get; private set; } = null!;

    public TokenClient Client { get; private set; } = null!;

    public string Issuer => Silo.PublicUrl.GetLeftPart(UriPartial.Authority);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync() => StartAsync(SharingShopPolicy.Text);

    /// <param name="text">The policy, of our issuer identifier and the parties.</param>
    internal async ValueTask StartAsync(Func<string, ShopParties, string> text)
    {
        Silo = await SiloFixture.StartAsync(issuer => policy = text(issuer, Parties), Cancelled);
        Client = new TokenClient(Silo.PublicUrl);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Silo.DisposeAsync();
    }

    public string Login(string subject, string scope = "browse orders.place", string? country = null, TimeSpan? lifetime = null) =>
        Parties.SubjectToken(subject: subject, scope: scope, lifetime: lifetime, claims: claims =>
        {
            if (country is not null)
            {
                claims["country"] = country;
            }
        });

    public Task<TokenAnswer> ExchangeAsync(string client, string subjectToken, string audience, string? scope = null, Action<TokenForm>? edit = null)
    {
        var form = TokenForm.Exchange(subjectToken);
        form.UseBasic(client, ShopParties.SecretOf(client));
        form.Add(ParameterNames.Audience, audience);
        if (scope is not null)
        {
            form.Add(ParameterNames.Scope, scope);
        }

        edit?.Invoke(form);
        return Client.SendAsync(form);
    }

    public async Task<IssuedJwt> IssueAsync(string client, string subjectToken, string audience, string? scope = null, Action<TokenForm>? edit = null) =>
        (await ExchangeAsync(client, subjectToken, audience, scope, edit)).AssertIssued();

    public async Task<JsonElement> IntrospectAsync(string client, string token)
    {
        using var response = await AskAsync("/oauth/introspect", client, token);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancelled));
    }

    public async Task<bool> IsActiveAsync(string client, string token) => (await IntrospectAsync(client, token)).GetProperty("active").GetBoolean();

    public async Task RevokeAsync(string client, string token)
    {
        using var response = await AskAsync("/oauth/revoke", client, token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    public Task<HttpResponseMessage> GetPlanAsync(string? client, string? ifNoneMatch = null, string? secret = null, string query = "")
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/sharing-plan" + query);
        if (client is not null)
        {
            var form = new TokenForm();
            form.UseBasic(client, secret ?? ShopParties.SecretOf(client));
            request.Headers.TryAddWithoutValidation("Authorization", form.Authorization);
        }

        if (ifNoneMatch is not null)
        {
            request.Headers.TryAddWithoutValidation("If-None-Match", ifNoneMatch);
        }

        return Client.Http.SendAsync(request, Cancelled);
    }

    /// <summary>The next revision, in which one text stands instead of another.</summary>
    public Task ChangePolicyAsync(string old, string replacement)
    {
        Assert.Contains(old, policy, StringComparison.Ordinal);
        policy = policy
            .Replace(old, replacement, StringComparison.Ordinal)
            .Replace($"revision: {revision}", $"revision: {revision + 1}", StringComparison.Ordinal);
        revision++;
        return Silo.PublishAsync(policy);
    }

    private Task<HttpResponseMessage> AskAsync(string path, string client, string token)
    {
        var form = new TokenForm();
        form.Add(ParameterNames.Token, token);
        form.UseBasic(client, ShopParties.SecretOf(client));
        var request = form.ToRequest();
        request.RequestUri = new Uri(path, UriKind.Relative);
        return Client.Http.SendAsync(request, Cancelled);
    }
}

[CollectionDefinition]
public sealed class SharingShopCollection : ICollectionFixture<SharingShop>;
