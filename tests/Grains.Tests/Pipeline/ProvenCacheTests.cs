using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

[Collection(nameof(ExchangeTestCluster))]
public sealed class ProvenCacheTests
{
    private readonly ExchangeTestCluster cluster;
    private readonly string subject = $"proven-{Guid.CreateVersion7()}";

    public ProvenCacheTests(ExchangeTestCluster cluster)
    {
        this.cluster = cluster;
        cluster.Reset();
    }

    [Fact]
    public async Task Answers_again_whoever_proves_the_same_again()
    {
        var login = Login();
        var first = await AskAsync(login);
        var second = await AskAsync(login);
        cluster.Clock.Now += TimeSpan.FromSeconds(30);
        var third = await AskAsync(login);

        Assert.Equal((AnswerSource.Decided, AnswerSource.SubjectMemory, AnswerSource.NearCache), (first.Source, second.Source, third.Source));
        Assert.Equal(first.Response!.AccessToken.Reveal(), third.Response!.AccessToken.Reveal());
        Assert.Equal(first.Response.ExpiresInSeconds - 30, third.Response.ExpiresInSeconds);
        Assert.NotEqual(first.RequestId, third.RequestId);
    }

    [Fact]
    public async Task Fault_C7_Refuses_a_used_assertion_whose_answer_it_knows()
    {
        var login = Login();
        var assertion = Assertion();
        await KeepAsync(login);
        Assert.NotNull((await AskAsync(login, assertion)).Response);
        Assert.Equal(RefusalReason.ClientAuthenticationFailed, (await AskAsync(login, assertion)).Refusal?.Reason);
    }

    [Fact]
    public async Task Refuses_a_forged_assertion_whose_answer_it_knows()
    {
        var login = Login();
        await KeepAsync(login);
        Assert.Equal(RefusalReason.ClientAuthenticationFailed, (await AskAsync(login, Assertion(new TestIssuer(Shop.Robot)))).Refusal?.Reason);
    }

    [Fact]
    public async Task Gives_nobody_what_another_client_was_given()
    {
        var login = Login();
        await KeepAsync(login);
        var other = await cluster.ExchangeAsync(login, scope: "browse", client: Shop.Web);
        Assert.NotEqual(AnswerSource.NearCache, other.Source);
        Assert.Null(other.Response);
    }

    [Fact]
    public async Task Gives_each_key_what_is_bound_to_it()
    {
        var login = cluster.SubjectToken(subject);
        var (mine, another) = (TestKey.Create(), TestKey.Create());
        var bound = await ProveAsync(login, mine);
        await ProveAsync(login, mine);
        var again = await ProveAsync(login, mine);
        Assert.Equal(AnswerSource.NearCache, again.Source);
        Assert.Equal(bound.Response!.AccessToken.Reveal(), again.Response!.AccessToken.Reveal());

        var other = await ProveAsync(login, another);
        Assert.Equal(AnswerSource.Decided, other.Source);
        Assert.NotEqual(bound.Response.AccessToken.Reveal(), other.Response!.AccessToken.Reveal());

        // Without any proof it is a third token.
        var bearer = await cluster.ExchangeAsync(login);
        Assert.Equal((AnswerSource.Decided, AccessTokenTypes.Bearer), (bearer.Source, bearer.Response!.TokenType));
    }

    [Fact]
    public async Task Ends_with_any_newer_state()
    {
        var versions = cluster.States[0].Current!.Versions;
        StateVersions[] newer =
        [
            versions with { Policy = 2 }, versions with { Keys = 2 }, versions with { Revocations = 2 }, versions with { IssuerKeys = 2 }, versions with { ClientKeys = 2 },
            versions with { Incarnation = new Guid(1, 2, 3, new byte[8]) },
        ];
        foreach (var moved in newer)
        {
            cluster.Reset();
            var login = Login();
            await KeepAsync(login);
            cluster.SetState(cluster.States[0].Current!.With(moved));
            var after = await AskAsync(login);
            Assert.NotNull(after.Response);
            Assert.NotEqual(AnswerSource.NearCache, after.Source);
        }
    }

    [Fact]
    public async Task Ends_when_a_caller_would_have_too_little_time_left()
    {
        // Ten seconds before the token's end, which is the subject token's.
        var login = Login(TimeSpan.FromSeconds(60));
        await KeepAsync(login);
        cluster.Clock.Now += TimeSpan.FromSeconds(49);
        Assert.Equal(AnswerSource.NearCache, (await AskAsync(login)).Source);
        cluster.Clock.Now += TimeSpan.FromSeconds(1);
        Assert.NotEqual(AnswerSource.NearCache, (await AskAsync(login)).Source);
    }

    [Fact]
    public async Task Does_not_answer_what_moved_before_the_hand_over()
    {
        var login = Login();
        await KeepAsync(login);
        var state = cluster.States[0];
        state.BeforeFinalCheck = () => cluster.SetState(null);
        Assert.Equal(RefusalReason.Unavailable, (await AskAsync(login)).Refusal?.Reason);
    }

    [Fact]
    public void Serves_those_who_prove_something_anew_and_no_others()
    {
        var request = ExchangeTestCluster.Request("a.b.c", [Shop.Catalog]);
        var cache = new ProvenCache(cluster.Clock);
        var service = cluster.States[0].Current!.Policy.Services[Shop.Robot];
        Assert.Null(cache.KeyOf(new ExchangeRun(Shop.Credentials(Shop.Web), null, null, request), service));
        Assert.NotNull(cache.KeyOf(new ExchangeRun(Assertion(), null, null, request), service));
        Assert.NotNull(cache.KeyOf(new ExchangeRun(Shop.Credentials(Shop.Web), new SensitiveText("proof"), null, request), service));
        Assert.Null(cache.KeyOf(new ExchangeRun(Assertion(), null, null, new TokenRequest.OwnToken { Audiences = [], Resources = [], Scope = null, AuthorizationDetails = null }), service));
    }

    private string Login(TimeSpan? lifetime = null) => cluster.SubjectToken($"{subject}-{Guid.CreateVersion7()}", audienceOf: Shop.Robot, lifetime: lifetime);

    private ClientCredentials.Assertion Assertion(TestIssuer? keys = null) =>
        new(Shop.Robot, new SensitiveText((keys ?? cluster.Shop.RobotKeys).Assertion(cluster.Clock.Now, Shop.Issuer)));

    private async Task<ExchangeOutcome> AskAsync(string login, ClientCredentials? credentials = null)
    {
        using var outcome = await cluster.ExchangeAsync(login, credentials: credentials ?? Assertion());
        return outcome;
    }

    private async Task<ExchangeOutcome> ProveAsync(string login, TestKey key)
    {
        var proof = TestProof.Of(key, $"{Shop.Issuer}/oauth/token", cluster.Clock.Now);
        using var outcome = await cluster.Pipeline().AnswerAsync(
            Shop.Credentials(Shop.Web), new SensitiveText(proof), null, ExchangeTestCluster.Request(login, [Shop.Catalog]), TestContext.Current.CancellationToken);
        Assert.Equal(AccessTokenTypes.Dpop, outcome.Response?.TokenType);
        return outcome;
    }

    private async Task KeepAsync(string login)
    {
        await AskAsync(login);
        await AskAsync(login);
        Assert.Equal(AnswerSource.NearCache, (await AskAsync(login)).Source);
    }
}
