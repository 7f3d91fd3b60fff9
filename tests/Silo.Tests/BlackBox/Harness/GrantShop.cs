using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>A silo whose policy opens every grant and token type somewhere.</summary>
public sealed class GrantShop : IAsyncLifetime
{
    public ShopParties Parties { get; } = new();

    public SiloFixture Silo { get; private set; } = null!;

    public TokenClient Client { get; private set; } = null!;

    /// <summary>Our issuer identifier.</summary>
    public string Issuer => Silo.PublicUrl.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        Silo = await SiloFixture.StartAsync(issuer => GrantShopPolicy.Text(issuer, Parties), TestContext.Current.CancellationToken);
        Client = new TokenClient(Silo.PublicUrl);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Silo.DisposeAsync();
    }

    /// <summary>A request of this client by any grant.</summary>
    public Task<TokenAnswer> SendAsync(string client, TokenForm form, string? audience = null, string? scope = null)
    {
        form.UseBasic(client, ShopParties.SecretOf(client));
        if (audience is not null)
        {
            form.Add(ParameterNames.Audience, audience);
        }

        if (scope is not null)
        {
            form.Add(ParameterNames.Scope, scope);
        }

        return Client.SendAsync(form);
    }

    public Task<TokenAnswer> JwtBearerAsync(string client, string assertion, string? audience = "catalog", string? scope = null)
    {
        var form = TokenForm.Of(GrantTypes.JwtBearer);
        form.Add(ParameterNames.Assertion, assertion);
        return SendAsync(client, form, audience, scope);
    }

    public Task<TokenAnswer> OwnTokenAsync(string client, string? audience, string? scope = null) =>
        SendAsync(client, TokenForm.Of(GrantTypes.ClientCredentials), audience, scope);

    public Task<TokenAnswer> ExchangeAsync(string client, string subjectToken, string audience, string? scope = null) =>
        SendAsync(client, TokenForm.Exchange(subjectToken), audience, scope);
}

[CollectionDefinition]
public sealed class GrantShopCollection : ICollectionFixture<GrantShop>;
