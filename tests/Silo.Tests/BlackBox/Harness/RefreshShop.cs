using System.Text.Json;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A silo whose rules give refresh tokens, and whose policy tests may change.</summary>
public sealed class RefreshShop : IAsyncLifetime
{
    private string policy = "";
    private int revision = 1;

    public ShopParties Parties { get; } = new();

    public SiloFixture Silo { get; private set; } = null!;

    public TokenClient Client { get; private set; } = null!;

    public string TokenEndpoint => Silo.PublicUrl.GetLeftPart(UriPartial.Authority) + "/oauth/token";

    public async ValueTask InitializeAsync()
    {
        Silo = await SiloFixture.StartAsync(issuer => policy = RefreshShopPolicy.Text(issuer, Parties), TestContext.Current.CancellationToken);
        Client = new TokenClient(Silo.PublicUrl);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Silo.DisposeAsync();
    }

    /// <summary>Asks for a refresh token of the service's for a user's token.</summary>
    public Task<TokenAnswer> AskAsync(
        string audience, string? subjectToken = null, string client = "web", string? scope = null, Action<TokenForm>? edit = null)
    {
        var form = TokenForm.Exchange(subjectToken ?? Parties.SubjectToken());
        form[ParameterNames.RequestedTokenType] = TokenTypeIdentifiers.RefreshToken;
        form[ParameterNames.Audience] = audience;
        return SendAsync(form, client, scope, edit);
    }

    /// <summary>The same; the refresh token.</summary>
    public async Task<string> StartAsync(
        string audience, string? subjectToken = null, string client = "web", string? scope = null, Action<TokenForm>? edit = null) =>
        (await AskAsync(audience, subjectToken, client, scope, edit)).AssertOpaque();

    public Task<TokenAnswer> RefreshAsync(string refreshToken, string client = "web", string? scope = null, Action<TokenForm>? edit = null)
    {
        var form = TokenForm.Of(GrantTypes.RefreshToken);
        form.Add(ParameterNames.RefreshToken, refreshToken);
        return SendAsync(form, client, scope, edit);
    }

    public Task<TokenAnswer> ExchangeAsync(string client, string subjectToken, string audience)
    {
        var form = TokenForm.Exchange(subjectToken);
        form.Add(ParameterNames.Audience, audience);
        return SendAsync(form, client, null, null);
    }

    /// <summary>Introspection or revocation.</summary>
    public async Task<JsonElement> QuestionAsync(string path, string client, string token)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var form = new TokenForm();
        form.Add(ParameterNames.Token, token);
        form.UseBasic(client, ShopParties.SecretOf(client));
        using var request = form.ToRequest();
        request.RequestUri = new Uri(path, UriKind.Relative);
        using var response = await Client.Http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return body.Length == 0 ? default : JsonElement.Parse(body);
    }

    public async Task<bool> IsActiveAsync(string client, string token) =>
        (await QuestionAsync("/oauth/introspect", client, token)).GetProperty("active").GetBoolean();

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

    private Task<TokenAnswer> SendAsync(TokenForm form, string client, string? scope, Action<TokenForm>? edit)
    {
        form.UseBasic(client, ShopParties.SecretOf(client));
        if (scope is not null)
        {
            form.Add(ParameterNames.Scope, scope);
        }

        edit?.Invoke(form);
        return Client.SendAsync(form);
    }
}
