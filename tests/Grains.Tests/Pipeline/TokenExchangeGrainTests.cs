using ExchangeCluster.Contracts;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

[Collection(nameof(ExchangeTestCluster))]
public sealed class TokenExchangeGrainTests
{
    private readonly ExchangeTestCluster cluster;

    public TokenExchangeGrainTests(ExchangeTestCluster cluster)
    {
        this.cluster = cluster;
        cluster.Reset();
    }

    [Fact]
    public async Task Issues_the_token_that_the_pipeline_would()
    {
        var token = cluster.SubjectToken();
        var expected = await cluster.ExchangeAsync(token, scope: "browse");

        var reply = await AskAsync(Message(token, scope: "browse"));

        Assert.Null(reply.Error);
        Assert.Equal(expected.Token(), reply.AccessToken);
        Assert.Equal(expected.Response!.ExpiresInSeconds, reply.ExpiresInSeconds);
        Assert.Equal((TokenTypeIdentifiers.AccessToken, AccessTokenTypes.Bearer), (reply.IssuedTokenType, reply.TokenType));
        Assert.Equal("browse", reply.Scope);
    }

    [Fact]
    public async Task Accepts_an_assertion_instead_of_a_secret()
    {
        var assertion = cluster.Shop.RobotKeys.Assertion(cluster.Clock.Now, Shop.Issuer);

        var reply = await AskAsync(Message(
            cluster.SubjectToken(audienceOf: Shop.Robot), clientId: null, secret: null, assertion: assertion));

        Assert.Null(reply.Error);
        Assert.Equal("browse", reply.Scope);
    }

    [Fact]
    public async Task Fault_C3_Refuses_a_secret_and_an_assertion_at_once() =>
        Assert.Equal(ErrorCodes.InvalidRequest, (await AskAsync(Message(cluster.SubjectToken(), assertion: "a.b.c"))).Error);

    [Theory]
    [InlineData(Shop.Web, null)]
    [InlineData(Shop.Web, "")]
    [InlineData(Shop.Web, "another-secret-of-web")]
    [InlineData(null, Shop.Secret)]
    public async Task Fault_C1_Refuses_bad_credentials(string? clientId, string? secret) =>
        Assert.Equal(
            ErrorCodes.InvalidClient, (await AskAsync(Message(cluster.SubjectToken(), clientId: clientId, secret: secret))).Error);

    [Fact]
    public async Task Refuses_with_the_errors_of_the_token_endpoint()
    {
        var token = cluster.SubjectToken();
        (ExchangeMessage Message, string Error)[] cases =
        [
            (Message("", audience: "catalog"), ErrorCodes.InvalidRequest),
            (Message("junk", audience: "catalog"), ErrorCodes.InvalidRequest),
            (Message(token, audience: null), ErrorCodes.InvalidTarget),
            (Message(token, audience: "nowhere"), ErrorCodes.InvalidTarget),
            (Message(token, scope: "a\"b"), ErrorCodes.InvalidScope),
            (Message(token, scope: "orders.place"), ErrorCodes.InvalidScope),
        ];

        foreach (var (message, error) in cases)
        {
            var reply = await AskAsync(message);
            Assert.Equal(error, reply.Error);
            Assert.NotNull(reply.ErrorDescription);
            Assert.Null(reply.AccessToken);
        }
    }

    [Fact]
    public async Task Refuses_as_temporarily_unavailable_without_state()
    {
        cluster.SetState(null);

        Assert.Equal(ErrorCodes.TemporarilyUnavailable, (await AskAsync(Message(cluster.SubjectToken()))).Error);
    }

    private static ExchangeMessage Message(
        string token,
        string? audience = Shop.Catalog,
        string? scope = null,
        string? clientId = Shop.Web,
        string? secret = Shop.Secret,
        string? assertion = null) => new()
        {
            ClientId = clientId,
            ClientSecret = secret,
            ClientAssertion = assertion,
            SubjectToken = token,
            SubjectTokenType = TokenTypeIdentifiers.AccessToken,
            Audience = audience is null ? null : [audience],
            Scope = scope,
        };

    private Task<ExchangeReply> AskAsync(ExchangeMessage message) => cluster.OutsideClient.GetGrain<ITokenExchangeGrain>(0)
        .ExchangeAsync(message, TestContext.Current.CancellationToken);
}
