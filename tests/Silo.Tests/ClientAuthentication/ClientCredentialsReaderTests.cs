using System.Text;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.ClientAuthentication;
using Microsoft.Extensions.Primitives;
using Xunit;

namespace ExchangeCluster.Silo.Tests.ClientAuthentication;

public sealed class ClientCredentialsReaderTests
{
    [Theory]
    [InlineData("web:secret", "web", "secret")]
    [InlineData("we%3Ab:p%2Bq+r%25", "we:b", "p+q r%")]
    [InlineData("web:%C3%A6", "web", "æ")]
    public void Fault_C2_Accepts_basic_with_form_encoded_halves(string pair, string id, string secret) =>
        AssertSecret(ClientCredentialsReader.Read(Basic(pair), []), id, secret);

    [Theory]
    [InlineData("basic")]
    [InlineData("BASIC")]
    public void Accepts_the_scheme_in_any_case(string scheme) =>
        AssertSecret(ClientCredentialsReader.Read(scheme + " " + Base64("web:secret"), []), "web", "secret");

    [Theory]
    [InlineData("web")]
    [InlineData("web:se:cret")]
    [InlineData("web:se%cret")]
    [InlineData("web:%FF")]
    [InlineData("web:%00")]
    [InlineData(":secret")]
    [InlineData("web:")]
    [InlineData("")]
    public void Fault_C2_Refuses_basic_that_is_not_one_encoded_id_and_secret(string pair) =>
        AssertRefused(RefusalReason.ClientAuthenticationFailed, ClientCredentialsReader.Read(Basic(pair), []));

    [Theory]
    [InlineData("Basic")]
    [InlineData("Basic !!!!")]
    [InlineData("Basic d2ViOnM")]
    [InlineData("Basic d2Vi OnM=")]
    [InlineData("Basic d2ViOnN=")]
    [InlineData("Bearer d2ViOnM=")]
    [InlineData("")]
    public void Fault_C2_Refuses_bad_base64_and_other_schemes(string authorization) =>
        AssertRefused(RefusalReason.ClientAuthenticationFailed, ClientCredentialsReader.Read(authorization, []));

    [Fact]
    public void Accepts_a_secret_in_the_body() =>
        AssertSecret(Read("client_id=web", "client_secret=secret"), "web", "secret");

    [Fact]
    public void Accepts_an_assertion()
    {
        var (credentials, refusal) = Read(
            "client_id=web", "client_assertion=a.b.c", $"client_assertion_type={ClientAssertionTypes.JwtBearer}");
        Assert.Null(refusal);
        var assertion = Assert.IsType<ClientCredentials.Assertion>(credentials);
        Assert.Equal(("web", "a.b.c"), (assertion.ClientId, assertion.Jwt.Reveal()));
    }

    [Theory]
    [InlineData("client_id=web")]
    [InlineData("client_id=web", "client_secret=")]
    [InlineData]
    public void Finds_nothing_where_nothing_proves_the_client(params string[] parameters) =>
        Assert.Equal((null, null), Read(parameters));

    [Theory]
    [InlineData("client_secret=secret")]
    [InlineData("client_assertion=a.b.c")]
    [InlineData("client_assertion_type=urn:ietf:params:oauth:client-assertion-type:jwt-bearer")]
    [InlineData("client_assertion=a.b.c", "client_assertion_type=urn:ietf:params:oauth:client-assertion-type:saml2-bearer")]
    public void Refuses_half_a_method(params string[] parameters) =>
        AssertRefused(RefusalReason.ClientAuthenticationFailed, Read(parameters));

    [Fact]
    public void Fault_C3_Refuses_two_methods_at_once()
    {
        var type = $"client_assertion_type={ClientAssertionTypes.JwtBearer}";
        var several = RefusalReason.SeveralClientAuthentications;
        AssertRefused(several, ClientCredentialsReader.Read(Basic("web:s"), Parameters("client_id=web", "client_secret=s")));
        AssertRefused(several, ClientCredentialsReader.Read(Basic("web:s"), Parameters("client_assertion=a.b.c", type)));
        AssertRefused(several, Read("client_id=web", "client_secret=s", "client_assertion=a.b.c", type));
        AssertRefused(several, ClientCredentialsReader.Read(new StringValues([Basic("web:s"), Basic("web:s")]), []));
        AssertRefused(several, ClientCredentialsReader.Read("Bearer x", Parameters("client_id=web", "client_secret=s")));
    }

    [Fact]
    public void Accepts_basic_with_its_own_client_id_in_the_body_and_refuses_another()
    {
        AssertSecret(ClientCredentialsReader.Read(Basic("web:secret"), Parameters("client_id=web")), "web", "secret");
        AssertRefused(
            RefusalReason.ClientAuthenticationFailed,
            ClientCredentialsReader.Read(Basic("web:secret"), Parameters("client_id=orders")));
    }

    private static (ClientCredentials? Credentials, Refusal? Refusal) Read(params string[] parameters) =>
        ClientCredentialsReader.Read(StringValues.Empty, Parameters(parameters));

    private static List<KeyValuePair<string, string>> Parameters(params string[] parameters) =>
        [.. parameters.Select(text => text.Split('=', 2)).Select(pair => KeyValuePair.Create(pair[0], pair[1]))];

    private static string Basic(string pair) => "Basic " + Base64(pair);

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static void AssertSecret((ClientCredentials? Credentials, Refusal? Refusal) actual, string id, string secret)
    {
        Assert.Null(actual.Refusal);
        var credentials = Assert.IsType<ClientCredentials.Secret>(actual.Credentials);
        Assert.Equal((id, secret), (credentials.ClientId, credentials.Value.Reveal()));
    }

    private static void AssertRefused(RefusalReason reason, (ClientCredentials? Credentials, Refusal? Refusal) actual)
    {
        Assert.Equal(reason, actual.Refusal?.Reason);
        Assert.Null(actual.Credentials);
    }
}
