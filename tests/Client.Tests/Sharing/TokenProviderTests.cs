using System.Text.Json.Nodes;
using ExchangeCluster.Client.Sharing;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Client.Tests.Sharing;

public sealed class TokenProviderTests : IDisposable
{
    private const string Target = "credit";
    private const string Audience = "https://credit.example";

    private readonly FakeTimeProvider clock = new(TimeProvider.System.GetUtcNow());
    private readonly ScriptedService service = new();
    private readonly TokenExchangeOptions options = new() { MaxStaleness = TimeSpan.FromMinutes(5) };
    private readonly TokenMemory memory;
    private readonly TokenProvider provider;

    public TokenProviderTests()
    {
        memory = new TokenMemory(Options.Create(options), clock);
        provider = new TokenProvider(new TokenSource(service, redeemer: null!, Options.Create(options), clock), service, memory, clock);
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => memory.Dispose();

    [Fact]
    public async Task Exchanges_and_remembers()
    {
        var incoming = Incoming();
        var first = await GetAsync(incoming);
        Assert.Equal(TokenOrigin.Exchanged, first.Origin);
        Assert.Equal(clock.GetUtcNow().AddSeconds(300), first.ExpiresAt);
        var second = await GetAsync(incoming);
        Assert.Equal(TokenOrigin.Cached, second.Origin);
        Assert.Equal(first.Token.Reveal(), second.Token.Reveal());
        Assert.Equal(first.ExpiresAt, second.ExpiresAt);
        var request = Assert.Single(service.Requests);
        Assert.Equal((incoming.Reveal(), TokenTypeIdentifiers.AccessToken), (request.SubjectToken.Reveal(), request.SubjectTokenType));
        Assert.Equal([Target], request.Audiences);
    }

    [Fact]
    public async Task Gives_no_token_of_another_user_or_target()
    {
        var (alice, bob) = (Incoming("alice"), Incoming("bob"));
        await GetAsync(alice);
        Assert.EndsWith($":{Target}:{bob.Reveal()}", (await GetAsync(bob)).Token.Reveal(), StringComparison.Ordinal);
        Assert.EndsWith($":other:{alice.Reveal()}", (await provider.GetTokenAsync("other", alice, cancellationToken: Cancellation)).Token.Reveal(), StringComparison.Ordinal);
        Assert.Equal(3, service.Requests.Count);
    }

    [Theory]
    [InlineData(Audience)]
    [InlineData("[\"https://shop.example\",\"https://credit.example\"]")]
    public async Task Reuses_where_plan_and_audience_agree(string audience)
    {
        service.Plan = ScriptedService.PlanOf(Target, Audience);
        var incoming = Incoming(audience: audience[0] == '[' ? JsonNode.Parse(audience) : audience);
        var token = await GetAsync(incoming);
        Assert.Equal((TokenOrigin.Reused, incoming.Reveal()), (token.Origin, token.Token.Reveal()));
        Assert.Empty(service.Requests);
    }

    [Theory]
    [InlineData("reuse", "https://shop.example")]
    [InlineData("reuse", "https://credit.example/")]
    [InlineData("exchange", Audience)]
    [InlineData("embed", Audience)]
    [InlineData("deny", Audience)]
    public async Task Exchanges_where_plan_and_audience_disagree(string outcome, string audience)
    {
        service.Plan = ScriptedService.PlanOf(Target, Audience, outcome);
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(Incoming(audience: audience))).Origin);
    }

    [Fact]
    public async Task Takes_out_the_embedded_token()
    {
        var inner = Incoming("inner");
        var token = await GetAsync(Incoming(embedded: (Target, inner)));
        Assert.Equal((TokenOrigin.Embedded, inner.Reveal()), (token.Origin, token.Token.Reveal()));
        Assert.Empty(service.Requests);
    }

    [Fact]
    public async Task Exchanges_what_is_embedded_for_others_only() =>
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(Incoming(embedded: ("other", Incoming("inner"))))).Origin);

    [Theory]
    [InlineData(5)]
    [InlineData(-60)]
    public async Task Exchanges_instead_of_handing_on_what_is_about_to_end(int seconds)
    {
        service.Plan = ScriptedService.PlanOf(Target, Audience);
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(Incoming(life: seconds, audience: Audience))).Origin);
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(Incoming(embedded: (Target, Incoming("inner", life: seconds))))).Origin);
    }

    [Fact]
    public async Task Exchanges_instead_of_handing_on_what_has_no_end()
    {
        service.Plan = ScriptedService.PlanOf(Target, Audience);
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(Tokens.Of("alice", expiresAt: null, Audience))).Origin);
    }

    [Theory]
    [InlineData("opaque")]
    [InlineData("a.b.c")]
    [InlineData("..")]
    [InlineData("x.W10.x")]
    [InlineData("x.eyJhdWQiOjEsImVtYmVkZGVkX3Rva2VucyI6W119.x")]
    [InlineData("x.eyJlbWJlZGRlZF90b2tlbnMiOnsiY3JlZGl0Ijp7fX19.x")]
    [InlineData("x.eyJlbWJlZGRlZF90b2tlbnMiOnsiY3JlZGl0Ijp7InRva2VuIjoiIn19fQ.x")]
    public async Task Exchanges_what_it_can_not_read(string incoming) =>
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(new SensitiveText(incoming))).Origin);

    [Fact]
    public async Task Exchanges_anew_after_a_refusal_by_the_target_and_stays_with_that()
    {
        var incoming = Incoming(embedded: (Target, Incoming("inner")));
        Assert.Equal(TokenOrigin.Embedded, (await GetAsync(incoming)).Origin);
        var anew = await provider.GetTokenAsync(Target, incoming, anew: true, Cancellation);
        Assert.Equal(TokenOrigin.Exchanged, anew.Origin);
        Assert.Equal(anew.Token.Reveal(), (await GetAsync(incoming)).Token.Reveal());
        var again = await provider.GetTokenAsync(Target, incoming, anew: true, Cancellation);
        Assert.NotEqual(anew.Token.Reveal(), again.Token.Reveal());
    }

    [Fact]
    public async Task Forgets_what_the_target_refused_even_when_there_is_nothing_new()
    {
        var incoming = Incoming();
        await GetAsync(incoming);
        service.Failure = new HttpRequestException("down");
        await Assert.ThrowsAsync<HttpRequestException>(() => provider.GetTokenAsync(Target, incoming, anew: true, Cancellation).AsTask());
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(incoming));
    }

    [Fact]
    public async Task Exchanges_once_when_another_exchange_ends_in_between()
    {
        var incoming = Incoming();
        var plan = new TaskCompletionSource();
        service.PlanGate = plan.Task;
        var slow = GetAsync(incoming);
        service.PlanGate = Task.CompletedTask;
        var first = await GetAsync(incoming);
        plan.SetResult();
        Assert.Equal(first.Token.Reveal(), (await slow).Token.Reveal());
        Assert.Single(service.Requests);
    }

    [Fact]
    public async Task Gives_up_a_token_before_it_ends()
    {
        var incoming = Incoming();
        service.ExpiresInSeconds = 100;
        await GetAsync(incoming);
        clock.Advance(TimeSpan.FromSeconds(90));
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(incoming)).Origin);
    }

    [Fact]
    public async Task Gives_up_a_token_at_the_longest_staleness()
    {
        options.MaxStaleness = TimeSpan.FromSeconds(10);
        var incoming = Incoming();
        await GetAsync(incoming);
        clock.Advance(TimeSpan.FromSeconds(10));
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(incoming)).Origin);
    }

    [Fact]
    public async Task Remembers_nothing_with_a_staleness_of_zero()
    {
        options.MaxStaleness = TimeSpan.Zero;
        var incoming = Incoming();
        await GetAsync(incoming);
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(incoming)).Origin);
    }

    [Fact]
    public async Task Renews_a_token_in_use_before_it_is_given_up()
    {
        var incoming = Incoming();
        service.ExpiresInSeconds = 100;
        var first = await GetAsync(incoming);
        clock.Advance(TimeSpan.FromSeconds(89));

        // Nobody waits: the answer is at hand while the renewal is under way.
        var renewal = new TaskCompletionSource();
        service.Gate = renewal.Task;
        Assert.Equal(first.Token.Reveal(), (await GetAsync(incoming)).Token.Reveal());
        Assert.Equal(2, service.Requests.Count);
        var joined = provider.GetTokenAsync(Target, incoming, anew: true, Cancellation).AsTask();
        renewal.SetResult();
        var renewed = await joined;
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(renewed.Token.Reveal(), (await GetAsync(incoming)).Token.Reveal());
        Assert.Equal(2, service.Requests.Count);
    }

    [Fact]
    public async Task Uses_a_token_to_its_end_when_renewal_fails()
    {
        var incoming = Incoming();
        service.ExpiresInSeconds = 100;
        await GetAsync(incoming);
        clock.Advance(TimeSpan.FromSeconds(89));
        service.Failure = new HttpRequestException("down");
        Assert.Equal(TokenOrigin.Cached, (await GetAsync(incoming)).Origin);
        Assert.Equal(2, service.Requests.Count);
        clock.Advance(TimeSpan.FromSeconds(1));
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(incoming));
    }

    [Fact]
    public async Task Remembers_no_failure()
    {
        var incoming = Incoming();
        service.Failure = new HttpRequestException("down");
        await Assert.ThrowsAsync<HttpRequestException>(() => GetAsync(incoming));
        service.Failure = null;
        Assert.Equal(TokenOrigin.Exchanged, (await GetAsync(incoming)).Origin);
    }

    [Fact]
    public async Task Tells_a_refusal_without_the_token()
    {
        service.Error = new TokenError(ErrorCodes.InvalidTarget, "No rule.");
        var incoming = Incoming();
        var refused = await Assert.ThrowsAsync<TokenRefusedException>(() => GetAsync(incoming));
        Assert.Equal(service.Error, refused.Error);
        Assert.Contains(ErrorCodes.InvalidTarget, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(incoming.Reveal(), refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Exchanges_once_for_a_thousand_callers_of_each_key(bool answerLate)
    {
        string[] targets = ["a", "b", "c", "d"];
        var users = Enumerable.Range(0, 10).Select(user => Incoming($"user-{user}")).ToList();
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        service.Gate = answerLate ? gate.Task : Task.CompletedTask;
        var calls = Enumerable.Range(0, 1000).Select(call =>
        {
            var (user, target) = (users[call % users.Count], targets[call % targets.Length]);
            return Task.Run(
                async () => (Suffix: $":{target}:{user.Reveal()}", Token: await provider.GetTokenAsync(target, user, cancellationToken: Cancellation)), Cancellation);
        }).ToList();
        gate.SetResult();
        foreach (var (suffix, token) in await Task.WhenAll(calls))
        {
            Assert.EndsWith(suffix, token.Token.Reveal(), StringComparison.Ordinal);
        }

        Assert.Equal(calls.Select(call => call.Result.Suffix).Distinct().Count(), service.Requests.Count);
    }

    [Fact]
    public async Task Lets_others_wait_when_one_caller_goes_away()
    {
        var incoming = Incoming();
        var gate = new TaskCompletionSource();
        service.Gate = gate.Task;
        using var impatient = new CancellationTokenSource();
        var gone = provider.GetTokenAsync(Target, incoming, cancellationToken: impatient.Token).AsTask();
        var patient = GetAsync(incoming);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        gate.SetResult();
        Assert.Equal(TokenOrigin.Exchanged, (await patient).Origin);
        Assert.Single(service.Requests);
    }

    private SensitiveText Incoming(
        string subject = "alice", int life = 3600, JsonNode? audience = null, (string Target, SensitiveText Token)? embedded = null) =>
        Tokens.Of(subject, clock.GetUtcNow().AddSeconds(life), audience, embedded);

    private Task<TargetToken> GetAsync(SensitiveText incoming) =>
        provider.GetTokenAsync(Target, incoming, cancellationToken: Cancellation).AsTask();
}
