using ExchangeCluster.Domain.Policies;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

public sealed class KeySetRefresherTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Bad => [.. BadAnswers.All.Keys];

    [Fact]
    public async Task Publishes_every_missing_set_in_the_first_round()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        bench.AddClient("orders", new KeySetSource(JwksUri: issuer.JwksUri));
        bench.AddClient("orders", new KeySetSource(JwksUri: issuer.JwksUri));
        Assert.Equal([$"issuer {issuer.Issuer}", "client orders"], bench.Refresher.MissingKeySets.OrderDescending());
        await bench.Refresher.RefreshDueAsync();
        Assert.Empty(bench.Refresher.MissingKeySets);
        Assert.Equal("first", bench.Current!.ClientKeys["orders"].Keys.Single().KeyId);
    }

    [Fact]
    public async Task Leaves_inline_sets_of_clients_to_the_policy()
    {
        var bench = new KeySetBench();
        bench.AddClient("orders", new KeySetSource(Inline: """{"keys":[]}"""));
        await bench.Refresher.RefreshDueAsync();
        Assert.Empty(bench.Published);
        Assert.Empty(bench.Refresher.MissingKeySets);
    }

    [Fact]
    public async Task Waits_for_the_replicated_state()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        bench.Current = null;
        await bench.Refresher.RefreshDueAsync();
        Assert.False(await bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
        Assert.Empty(issuer.Requests);
    }

    [Fact]
    public async Task Follows_the_policy()
    {
        await using var first = await LoopbackIssuer.StartAsync();
        await using var second = await LoopbackIssuer.StartAsync();
        var bench = Trusting(first);
        await bench.Refresher.RefreshDueAsync();
        bench.Trust((first.Issuer, Source(first)), (second.Issuer, Source(second)));
        await bench.Refresher.RefreshDueAsync();
        Assert.Equal([first.Issuer, second.Issuer], bench.Published);
        Assert.Equal(1, first.KeyRequests);
    }

    [Fact]
    public async Task Fetches_at_once_when_the_source_of_an_issuer_changes()
    {
        await using var before = await LoopbackIssuer.StartAsync();
        await using var after = await LoopbackIssuer.StartAsync();
        after.Key = TestKey.Create(keyId: "moved");
        var bench = Trusting(before);
        await bench.Refresher.RefreshDueAsync();
        bench.Trust((before.Issuer, new KeySetSource(JwksUri: after.JwksUri)));
        await bench.Refresher.RefreshDueAsync();
        Assert.Equal("moved", bench.UsableKeyIds(before.Issuer));
    }

    [Fact]
    public async Task Publishes_an_unchanged_set_again_only_to_renew_its_age()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        await bench.Refresher.RefreshDueAsync();
        for (var elapsed = TimeSpan.Zero; elapsed < bench.Options.MaxAge / 2 - bench.Options.RefreshInterval; elapsed += bench.Options.RefreshInterval)
        {
            bench.Clock.Advance(bench.Options.RefreshInterval);
            await bench.Refresher.RefreshDueAsync();
        }

        Assert.Single(bench.Published);
        Assert.True(issuer.KeyRequests > 60);
        bench.Clock.Advance(bench.Options.RefreshInterval);
        await bench.Refresher.RefreshDueAsync();
        Assert.Equal(2, bench.Published.Count);
        Assert.Equal(bench.Clock.GetUtcNow(), bench.Held(issuer.Issuer)!.FetchedAt);
    }

    [Fact]
    public async Task Fault_F20_Keeps_the_keys_of_an_issuer_that_is_down_until_their_age_and_leaves_others_alone()
    {
        await using var down = await LoopbackIssuer.StartAsync();
        await using var up = await LoopbackIssuer.StartAsync();
        var bench = Trusting(down, up);
        await bench.Refresher.RefreshDueAsync();
        await down.StopAsync();
        for (var elapsed = TimeSpan.Zero; elapsed < bench.Options.MaxAge - TimeSpan.FromMinutes(30); elapsed += TimeSpan.FromMinutes(30))
        {
            bench.Clock.Advance(TimeSpan.FromMinutes(30));
            await bench.Refresher.RefreshDueAsync();
            Assert.Equal("first", bench.UsableKeyIds(down.Issuer));
        }

        Assert.Empty(bench.Refresher.MissingKeySets);
        bench.Clock.Advance(TimeSpan.FromMinutes(31));
        await bench.Refresher.RefreshDueAsync();
        Assert.Equal([$"issuer {down.Issuer}"], bench.Refresher.MissingKeySets);
        Assert.Equal("first", bench.UsableKeyIds(up.Issuer));
    }

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Fault_F21_Keeps_the_last_good_set_after_a_bad_answer(string kind)
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        await bench.Refresher.RefreshDueAsync();
        issuer.AnswerKeys = BadAnswers.All[kind].Answer;
        bench.Clock.Advance(bench.Options.RefreshInterval);
        await bench.Refresher.RefreshDueAsync();
        Assert.Equal(2, issuer.KeyRequests);
        Assert.Equal("first", bench.UsableKeyIds(issuer.Issuer));
        var warning = Assert.Single(bench.Log, line => line.StartsWith("Warning", StringComparison.Ordinal));
        Assert.Contains(issuer.Issuer, warning, StringComparison.Ordinal);
        Assert.DoesNotContain("smuggled", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_F21_Backs_off_while_an_issuer_fails_and_recovers()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        issuer.AnswerKeys = BadAnswers.All["HTML"].Answer;
        var bench = Trusting(issuer);
        for (var elapsed = TimeSpan.Zero; elapsed < TimeSpan.FromMinutes(10); elapsed += TimeSpan.FromSeconds(1))
        {
            await bench.Refresher.RefreshDueAsync();
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(issuer.KeyRequests, 10, 20);
        issuer.AnswerKeys = null;
        bench.Clock.Advance(TimeSpan.FromMinutes(1));
        await bench.Refresher.RefreshDueAsync();
        Assert.Empty(bench.Refresher.MissingKeySets);
    }

    [Fact]
    public async Task Fetches_a_set_again_that_the_replicated_state_lost()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        await bench.Refresher.RefreshDueAsync();
        bench.Forget();
        bench.Clock.Advance(TimeSpan.FromSeconds(1));
        await bench.Refresher.RefreshDueAsync();
        Assert.Equal("first", bench.UsableKeyIds(issuer.Issuer));
    }

    [Fact]
    public async Task Tries_again_when_publishing_failed()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        bench.PublishingFails = new TimeoutException("canary");
        await bench.Refresher.RefreshDueAsync();
        Assert.Single(bench.Refresher.MissingKeySets);
        Assert.DoesNotContain("canary", Assert.Single(bench.Log), StringComparison.Ordinal);
        bench.PublishingFails = null;
        bench.Clock.Advance(TimeSpan.FromMilliseconds(200));
        await bench.Refresher.RefreshDueAsync();
        Assert.Empty(bench.Refresher.MissingKeySets);
    }

    [Fact]
    public async Task Publishes_a_key_that_changed_under_the_same_kid()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        await bench.Refresher.RefreshDueAsync();
        issuer.Key = TestKey.Create(keyId: "first");
        Assert.True(await bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
        Assert.Equal(2, bench.Published.Count);
    }

    [Fact]
    public async Task Fetches_on_the_first_exchange_of_an_issuer_without_keys()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        Assert.True(await bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
        Assert.Equal("first", bench.UsableKeyIds(issuer.Issuer));
    }

    [Theory]
    [InlineData("https://unknown.example")]
    [InlineData("http://169.254.169.254")]
    [InlineData("file:///etc/passwd")]
    [InlineData("")]
    public async Task Fault_T17_Makes_no_call_for_an_issuer_that_the_policy_does_not_name(string issuer)
    {
        var bench = new KeySetBench();
        Assert.False(await bench.Refresher.RefreshIssuerAsync(issuer, Cancellation));
        Assert.False(await bench.Refresher.RefreshClientAsync(issuer, Cancellation));
        Assert.Empty(bench.Resolved);
    }

    [Fact]
    public async Task Fault_T5_Calls_only_the_configured_source()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        await using var attacker = await LoopbackIssuer.StartAsync();
        issuer.AnswerKeys = context => LoopbackIssuer.WriteJsonAsync(
            context, issuer.Jwks[..^1] + $$""","jku":"{{attacker.JwksUri}}","jwks_uri":"{{attacker.JwksUri}}"}""");
        var bench = Trusting(issuer);
        await bench.Refresher.RefreshDueAsync();
        await bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation);
        Assert.Equal("first", bench.UsableKeyIds(issuer.Issuer));
        Assert.Empty(attacker.Requests);
    }

    private static KeySetBench Trusting(params LoopbackIssuer[] issuers) =>
        new(issuers.Select(issuer => (issuer.Issuer, Source(issuer))));

    private static KeySetSource Source(LoopbackIssuer issuer) => new(DiscoveryIssuer: issuer.Issuer);
}
