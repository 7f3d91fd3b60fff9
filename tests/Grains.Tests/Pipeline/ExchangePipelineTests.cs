using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

[Collection(nameof(ExchangeTestCluster))]
public sealed class ExchangePipelineTests
{
    private readonly ExchangeTestCluster cluster;

    public ExchangePipelineTests(ExchangeTestCluster cluster)
    {
        this.cluster = cluster;
        cluster.Reset();
    }

    [Fact]
    public async Task Answers_with_the_response_of_the_issued_token_and_its_versions()
    {
        var outcome = await cluster.ExchangeAsync(cluster.SubjectToken(lifetime: TimeSpan.FromMinutes(2)));

        Assert.Equal(TokenTypeIdentifiers.AccessToken, outcome.Response!.IssuedTokenType);
        Assert.Equal(AccessTokenTypes.Bearer, outcome.Response.TokenType);
        Assert.Equal("browse", outcome.Response.Scope.Text);
        Assert.Equal(120, outcome.Response.ExpiresInSeconds);
        Assert.Equal(cluster.States[0].Current!.Versions, outcome.Versions);
    }

    [Fact]
    public async Task Fault_C1_Refuses_missing_wrong_and_unknown_credentials()
    {
        var token = cluster.SubjectToken();

        var missing = await cluster.Pipeline().AnswerAsync(
            null, ExchangeTestCluster.Request(token, [Shop.Catalog]), TestContext.Current.CancellationToken);
        var wrong = await cluster.ExchangeAsync(token, credentials: Shop.Credentials(Shop.Web, "another-secret-of-web"));
        var unknown = await cluster.ExchangeAsync(token, credentials: Shop.Credentials("nobody"));

        Assert.Equal(RefusalReason.ClientAuthenticationMissing, missing.Refusal?.Reason);
        Assert.Equal(RefusalReason.ClientAuthenticationFailed, wrong.Refusal?.Reason);
        Assert.Equal(RefusalReason.ClientAuthenticationFailed, unknown.Refusal?.Reason);
    }

    [Fact]
    public async Task Refuses_the_client_before_it_looks_at_target_and_token()
    {
        var outcome = await cluster.ExchangeAsync("junk", "nowhere", credentials: Shop.Credentials("nobody"));

        Assert.Equal(RefusalReason.ClientAuthenticationFailed, outcome.Refusal?.Reason);
    }

    [Fact]
    public async Task Fault_C7_Accepts_one_of_a_hundred_uses_of_an_assertion()
    {
        var token = cluster.SubjectToken(audienceOf: Shop.Robot);
        var assertion = Assertion();

        var outcomes = await Task.WhenAll(
            Enumerable.Range(0, 100).Select(i => cluster.ExchangeAsync(token, credentials: assertion, silo: i % 2)));

        Assert.Single(outcomes, outcome => outcome.Response is not null);
        Assert.All(
            outcomes.Where(outcome => outcome.Response is null),
            outcome => Assert.Equal(RefusalReason.ClientAuthenticationFailed, outcome.Refusal?.Reason));
    }

    [Fact]
    public async Task Fault_C8_Accepts_the_true_assertion_after_a_forged_one_with_its_id()
    {
        var token = cluster.SubjectToken(audienceOf: Shop.Robot);
        var forged = Assertion("victim", new TestIssuer(Shop.Robot));

        var refused = await cluster.ExchangeAsync(token, credentials: forged);
        var accepted = await cluster.ExchangeAsync(token, credentials: Assertion("victim"));

        Assert.Equal(RefusalReason.ClientAuthenticationFailed, refused.Refusal?.Reason);
        Assert.NotNull(accepted.Response);
    }

    [Fact]
    public async Task Refuses_as_unavailable_when_nobody_can_tell_what_was_spent()
    {
        cluster.Spent.Failure = new IOException("The store is down.");

        var outcome = await cluster.ExchangeAsync(cluster.SubjectToken(audienceOf: Shop.Robot), credentials: Assertion());

        Assert.Equal(RefusalReason.Unavailable, outcome.Refusal?.Reason);
    }

    [Fact]
    public async Task Spends_an_assertion_once_when_the_state_moves_under_the_request()
    {
        var state = cluster.States[0];
        state.BeforeFinalCheck = () =>
        {
            state.BeforeFinalCheck = null;
            cluster.SetState(state.NextEpoch());
        };

        var outcome = await cluster.ExchangeAsync(cluster.SubjectToken(audienceOf: Shop.Robot), credentials: Assertion());

        Assert.NotNull(outcome.Response);
        Assert.Equal(2, outcome.Versions?.Policy);
    }

    [Fact]
    public async Task Refuses_as_unavailable_without_state()
    {
        cluster.SetState(null);

        Assert.Equal(RefusalReason.Unavailable, (await cluster.ExchangeAsync(cluster.SubjectToken())).Refusal?.Reason);
    }

    [Fact]
    public async Task Refuses_as_unavailable_when_the_state_is_lost_before_the_answer()
    {
        cluster.States[0].BeforeFinalCheck = () => cluster.States[0].Current = null;

        Assert.Equal(RefusalReason.Unavailable, (await cluster.ExchangeAsync(cluster.SubjectToken())).Refusal?.Reason);
    }

    [Fact]
    public async Task Refuses_as_unavailable_when_the_state_moves_for_ever()
    {
        var state = cluster.States[0];
        state.BeforeFinalCheck = () => cluster.SetState(state.NextEpoch());

        Assert.Equal(RefusalReason.Unavailable, (await cluster.ExchangeAsync(cluster.SubjectToken())).Refusal?.Reason);
    }

    [Fact]
    public async Task Fault_F13_Decides_by_itself_when_the_silo_of_the_grain_stands_elsewhere_for_good()
    {
        cluster.PlaceNextGrainsOn(silo: 1);
        var token = cluster.SubjectToken("disputed");
        var before = await cluster.ExchangeAsync(token);

        cluster.States[0].Current = cluster.States[0].NextEpoch();
        var outcome = await cluster.ExchangeAsync(token);

        Assert.NotNull(outcome.Response);
        Assert.NotEqual(before.Token(), outcome.Token());
        Assert.Equal(cluster.States[0].Current!.Versions, outcome.Versions);
        Assert.Equal((1, 1), (cluster.States[0].CatchUps, cluster.States[1].CatchUps));
    }

    [Fact]
    public async Task Refuses_as_unavailable_when_neither_the_grain_nor_the_store_can_say_what_is_current()
    {
        cluster.PlaceNextGrainsOn(silo: 1);
        var token = cluster.SubjectToken("disputed twice");
        Assert.NotNull((await cluster.ExchangeAsync(token)).Response);

        cluster.States[0].Current = cluster.States[0].NextEpoch();
        cluster.States[0].StoreFailure = new IOException("down");

        Assert.Equal(RefusalReason.Unavailable, (await cluster.ExchangeAsync(token)).Refusal?.Reason);
    }

    [Fact]
    public async Task Conformance_12_Issues_for_the_union_of_audience_and_resource()
    {
        var request = new TokenExchangeRequest
        {
            SubjectToken = new SensitiveText(cluster.SubjectToken()),
            SubjectTokenType = TokenTypeIdentifiers.AccessToken,
            Audiences = [Shop.Orders, Shop.AudienceOf(Shop.Orders)],
            Resources = [Shop.AudienceOf(Shop.Catalog)],
            Scope = ScopeSet.Of("browse"),
        };

        var outcome = await cluster.Pipeline().AnswerAsync(
            Shop.Credentials(Shop.Web), new TokenRequest.Exchange(request), TestContext.Current.CancellationToken);

        Assert.Equal(
            [Shop.AudienceOf(Shop.Catalog), Shop.AudienceOf(Shop.Orders)],
            outcome.Claims().GetProperty("aud").EnumerateArray().Select(audience => audience.GetString()!).Order());
    }

    [Theory]
    [InlineData("nowhere", null)]
    [InlineData("catalog", "nowhere")]
    [InlineData("CATALOG", null)]
    [InlineData("https://catalog.shop.example/", null)]
    public async Task Fault_P10_Refuses_an_unknown_target(string first, string? second)
    {
        var request = ExchangeTestCluster.Request(cluster.SubjectToken(), [first, .. second is null ? [] : new[] { second }]);

        var outcome = await cluster.Pipeline().AnswerAsync(
            Shop.Credentials(Shop.Web), request, TestContext.Current.CancellationToken);

        Assert.Equal(RefusalReason.UnknownTarget, outcome.Refusal?.Reason);
    }

    [Fact]
    public async Task Fault_F23_Accepts_a_token_under_a_key_that_one_refresh_brings()
    {
        var state = cluster.States[0];
        var rotated = new TestIssuer(cluster.Shop.Login.Issuer, TestKey.Create(keyId: "rotated"));
        cluster.KeySets.Refresh = () =>
        {
            cluster.SetState(cluster.Shop.WithIssuerKeys(state.Current!, rotated));
            return true;
        };

        var outcome = await cluster.ExchangeAsync(rotated.Token(cluster.Clock.Now));

        Assert.NotNull(outcome.Response);
        Assert.Equal([rotated.Issuer], cluster.KeySets.Issuers);
    }

    [Fact]
    public async Task Refreshes_an_issuer_at_most_once_for_a_request()
    {
        var strange = new TestIssuer(cluster.Shop.Login.Issuer, TestKey.Create(keyId: "strange"));
        cluster.KeySets.Refresh = () => true;

        var outcome = await cluster.ExchangeAsync(strange.Token(cluster.Clock.Now));

        Assert.Equal(RefusalReason.SubjectTokenKeyUnknown, outcome.Refusal?.Reason);
        Assert.Single(cluster.KeySets.Issuers);
    }

    [Fact]
    public async Task Fault_T17_Asks_nobody_about_an_unknown_issuer()
    {
        var outcome = await cluster.ExchangeAsync(new TestIssuer("https://evil.example").Token(cluster.Clock.Now));

        Assert.Equal(RefusalReason.SubjectTokenIssuerUnknown, outcome.Refusal?.Reason);
        Assert.Empty(cluster.KeySets.Issuers);
    }

    [Fact]
    public async Task Fault_X4_Activates_no_grain_for_bad_tokens()
    {
        var stranger = new TestIssuer(cluster.Shop.Login.Issuer);
        var before = await cluster.CountSubjectGrainsAsync();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 200)
            .Select(i => cluster.ExchangeAsync(stranger.Token(cluster.Clock.Now, $"user-{i}"))));

        Assert.All(outcomes, outcome => Assert.Equal(RefusalReason.SubjectTokenSignatureInvalid, outcome.Refusal?.Reason));
        Assert.Equal(before, await cluster.CountSubjectGrainsAsync());
    }

    [Fact]
    public async Task Refuses_a_subject_token_with_hardly_any_life_left()
    {
        var token = cluster.SubjectToken(lifetime: TimeSpan.FromSeconds(10));
        cluster.Clock.Now = cluster.Clock.Now.AddSeconds(8.5);

        Assert.Equal(RefusalReason.SubjectTokenExpired, (await cluster.ExchangeAsync(token)).Refusal?.Reason);
    }

    [Fact]
    public async Task Logs_reason_and_known_client_and_nothing_secret()
    {
        var token = cluster.SubjectToken("canary-subject", scope: "browse");
        await cluster.ExchangeAsync(token);
        await cluster.ExchangeAsync(token, scope: "orders.place");
        await cluster.ExchangeAsync(token, credentials: Shop.Credentials("canary-client"));

        var log = string.Join('\n', cluster.Log.Lines);
        Assert.Contains("Issued a token to client web by catalog/accepts[web]", log, StringComparison.Ordinal);
        Assert.Contains("client web: ScopeNotGranted", log, StringComparison.Ordinal);
        Assert.DoesNotContain("canary", log, StringComparison.Ordinal);
        Assert.DoesNotContain(token, log, StringComparison.Ordinal);
        Assert.DoesNotContain(token.Split('.')[1], log, StringComparison.Ordinal);
    }

    private ClientCredentials.Assertion Assertion(string? id = null, TestIssuer? signer = null) =>
        new(null, new SensitiveText((signer ?? cluster.Shop.RobotKeys).Assertion(
            cluster.Clock.Now, Shop.Issuer, claims: claims => claims["jti"] = id ?? claims["jti"]!.DeepClone())));
}
