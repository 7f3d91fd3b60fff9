using ExchangeCluster.Protocol;
using Microsoft.AspNetCore.Builder;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>
/// The shop, running: one real silo on a real port for all tests of <see cref="ShopCollection"/>, its policy, and
/// everyone who talks to it. Tests share its caches and must not rely on being the first.
/// </summary>
public sealed class Shop : IAsyncLifetime
{
    private readonly string keyFile = Path.GetTempFileName();

    public ShopParties Parties { get; } = new();

    public SiloFixture Silo { get; private set; } = null!;

    public TokenClient Client { get; private set; } = null!;

    /// <summary>Our issuer identifier.</summary>
    public string Issuer => Silo.PublicUrl.GetLeftPart(UriPartial.Authority);

    public ValueTask InitializeAsync() => InitializeAsync(configure: null);

    /// <param name="configure">Last word on the composition of the silo.</param>
    public async ValueTask InitializeAsync(Action<WebApplicationBuilder>? configure)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(keyFile, Parties.Login.Jwks, cancellationToken);
        Silo = await SiloFixture.StartAsync(issuer => ShopPolicy.Text(issuer, $"jwks_file: {keyFile}", Parties), cancellationToken, configure);
        Client = new TokenClient(Silo.PublicUrl);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Silo.DisposeAsync();
        File.Delete(keyFile);
    }

    /// <summary>One exchange: a good request of this client, but for <paramref name="edit"/>.</summary>
    /// <param name="client">Its <c>client_id</c>; it authenticates in its own way.</param>
    /// <param name="subjectToken">Null: a fresh one of the login issuer for this client.</param>
    /// <param name="audience">Null: none.</param>
    /// <param name="scope">Null: none.</param>
    /// <param name="edit">Changes the form before it is sent.</param>
    public Task<TokenAnswer> ExchangeAsync(
        string client = "web", string? subjectToken = null, string? audience = "orders", string? scope = null, Action<TokenForm>? edit = null)
    {
        var form = Form(client, subjectToken ?? Parties.SubjectToken(forClient: client));
        if (audience is not null)
        {
            form.Add(ParameterNames.Audience, audience);
        }

        if (scope is not null)
        {
            form.Add(ParameterNames.Scope, scope);
        }

        edit?.Invoke(form);
        return Client.SendAsync(form);
    }

    /// <summary>An exchange that must succeed: the issued token.</summary>
    public async Task<IssuedJwt> IssueAsync(
        string client = "web", string? subjectToken = null, string? audience = "orders", string? scope = null, Action<TokenForm>? edit = null) =>
        (await ExchangeAsync(client, subjectToken, audience, scope, edit)).AssertIssued();

    /// <summary>A form with the grant, the client's credentials and the subject token, but without a target.</summary>
    public TokenForm Form(string client, string subjectToken)
    {
        var form = TokenForm.Exchange(subjectToken);
        if (client == Parties.Reporting.Issuer || client == Parties.Billing.Issuer)
        {
            form.UseAssertion(Parties.Assertion(client, Issuer));
        }
        else
        {
            form.UseBasic(client, ShopParties.SecretOf(client));
        }

        return form;
    }
}

[CollectionDefinition]
public sealed class ShopCollection : ICollectionFixture<Shop>;
