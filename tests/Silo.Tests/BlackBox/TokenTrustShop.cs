using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Two clusters with one name, one policy and different keys. The login issuer's key set is hostile: besides its good
/// keys it has weak ones, one with the <c>kid</c> of the partner's, and one with the <c>kid</c> of ours.
/// </summary>
public sealed class TokenTrustShop : IAsyncLifetime
{
    private readonly string keyFile = Path.GetTempFileName();

    public ShopParties Parties { get; } = new();

    public TestKey Small { get; } = TestKey.Create("RS256", "small", rsaBits: 1024);

    public TestKey ForEncryption { get; } = TestKey.Create("ES256", "for-encryption");

    public TestKey Ambiguous { get; } = TestKey.Create("ES256", "ambiguous");

    /// <summary>The login issuer's, under the <c>kid</c> of the partner's only key.</summary>
    public TestKey NamedAsPartners { get; } = TestKey.Create("ES256", "partner-ec");

    /// <summary>The login issuer's, under the <c>kid</c> of the first cluster's signing key.</summary>
    public TestKey NamedAsOurs { get; private set; } = null!;

    public SiloFixture Silo { get; private set; } = null!;

    public TokenClient Client { get; private set; } = null!;

    /// <summary>A cluster that calls itself as <see cref="Silo"/> does, with data of its own.</summary>
    public SiloFixture Other { get; private set; } = null!;

    public string Issuer => Silo.PublicUrl.GetLeftPart(UriPartial.Authority);

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(keyFile, Parties.Login.Jwks, cancellationToken);
        Silo = await SiloFixture.StartAsync(issuer => ShopPolicy.Text(issuer, $"jwks_file: {keyFile}", Parties), cancellationToken);
        Client = new TokenClient(Silo.PublicUrl);

        var ours = await ExchangeAsync("web", Parties.SubjectToken(), "orders");
        NamedAsOurs = TestKey.Create("ES256", ours.AssertIssued().Header.GetProperty("kid").GetString()!);
        await File.WriteAllTextAsync(keyFile, HostileJwks(), cancellationToken);
        await Silo.RestartAsync(cancellationToken);
        Other = await SiloFixture.StartAsync(_ => ShopPolicy.Text(Issuer, $"jwks_file: {keyFile}", Parties), cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Other.DisposeAsync();
        await Silo.DisposeAsync();
        File.Delete(keyFile);
    }

    public Task<TokenAnswer> ExchangeAsync(string client, string subjectToken, string audience) =>
        Client.SendAsync(Form(client, subjectToken, audience));

    /// <summary>A token that the other cluster issues for orders, in our name.</summary>
    public async Task<string> IssueByOtherAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        using var request = Form("web", Parties.SubjectToken(), "orders").ToRequest();
        request.RequestUri = new Uri(Other.PublicUrl, request.RequestUri!);
        using var response = await Client.Http.SendAsync(request, cancellationToken);
        var body = await response.Content.ReadAsStringAsync(cancellationToken);
        return JsonElement.Parse(body).GetProperty(ParameterNames.AccessToken).GetString()!;
    }

    private static TokenForm Form(string client, string subjectToken, string audience)
    {
        var form = new TokenForm();
        form.Add(ParameterNames.GrantType, GrantTypes.TokenExchange);
        form.Add(ParameterNames.SubjectToken, subjectToken);
        form.Add(ParameterNames.SubjectTokenType, TokenTypeIdentifiers.AccessToken);
        form.Add(ParameterNames.Audience, audience);
        form.UseBasic(client, ShopParties.SecretOf(client));
        return form;
    }

    private string HostileJwks()
    {
        var exponentOne = With(TestKey.Create("RS256", "exponent-one"), "e", Base64Url.EncodeToString([1]));
        var offCurve = With(TestKey.Create("ES256", "off-curve"), "y", Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32)));
        var forEncryption = With(ForEncryption, "use", "enc");
        var keys = Parties.Login.Keys.Append(Small).Append(NamedAsPartners).Append(NamedAsOurs)
            .Append(Ambiguous).Append(TestKey.Create("ES256", Ambiguous.KeyId))
            .Select(key => key.PublicJwk());
        return new JsonObject { ["keys"] = new JsonArray([exponentOne, offCurve, forEncryption, .. keys]) }.ToJsonString();
    }

    private static JsonObject With(TestKey key, string member, string value)
    {
        var jwk = key.PublicJwk();
        jwk[member] = value;
        return jwk;
    }
}
