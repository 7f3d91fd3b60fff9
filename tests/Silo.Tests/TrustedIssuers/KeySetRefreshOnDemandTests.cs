using ExchangeCluster.Domain.Policies;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

/// <summary>Refreshes that a request asks for, because it met a <c>kid</c> that the set lacks.</summary>
public sealed class KeySetRefreshOnDemandTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fault_F22_Answers_a_flood_of_unknown_kids_with_one_refresh_per_interval_and_issuer()
    {
        await using var flooded = await LoopbackIssuer.StartAsync();
        await using var quiet = await LoopbackIssuer.StartAsync();
        var bench = Trusting(flooded, quiet);
        await bench.Refresher.RefreshDueAsync();
        for (var second = 0; second < 60; second++)
        {
            var flood = Enumerable.Range(0, 50).Select(_ => bench.Refresher.RefreshIssuerAsync(flooded.Issuer, Cancellation));
            Assert.DoesNotContain(true, await Task.WhenAll(flood));
            bench.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(1 + 2, flooded.KeyRequests);
        Assert.Equal(1, quiet.KeyRequests);
        Assert.Equal(2, bench.Published.Count);
    }

    [Fact]
    public async Task Fault_F22_Coalesces_callers_into_the_fetch_that_is_under_way()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        issuer.AnswerKeys = async context =>
        {
            asked.TrySetResult();
            await answer.Task;
            await LoopbackIssuer.WriteJsonAsync(context, issuer.Jwks);
        };
        var callers = Enumerable.Range(0, 50).Select(_ => bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation)).ToArray();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        var scheduled = bench.Refresher.RefreshDueAsync();
        Assert.DoesNotContain(callers, caller => caller.IsCompleted);
        answer.SetResult();
        Assert.DoesNotContain(false, await Task.WhenAll(callers));
        await scheduled;
        Assert.Equal(1, issuer.KeyRequests);
    }

    [Fact]
    public async Task Fault_F22_Joins_a_scheduled_fetch_without_using_up_the_interval()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        issuer.AnswerKeys = async context =>
        {
            asked.TrySetResult();
            await answer.Task;
            await LoopbackIssuer.WriteJsonAsync(context, issuer.Jwks);
        };
        var scheduled = bench.Refresher.RefreshDueAsync();
        await asked.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancellation);
        var caller = bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation);
        answer.SetResult();
        Assert.True(await caller);
        await scheduled;
        Assert.Equal(1, issuer.KeyRequests);
        issuer.Key = TestKey.Create(keyId: "rotated");
        Assert.True(await bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
        Assert.Equal("rotated", bench.UsableKeyIds(issuer.Issuer));
    }

    [Fact]
    public async Task Fault_F22_Lets_a_caller_give_up_without_ending_the_refresh_of_others()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        var answer = new TaskCompletionSource();
        issuer.AnswerKeys = async context =>
        {
            await answer.Task;
            await LoopbackIssuer.WriteJsonAsync(context, issuer.Jwks);
        };
        using var impatience = new CancellationTokenSource();
        var impatient = bench.Refresher.RefreshIssuerAsync(issuer.Issuer, impatience.Token);
        var patient = bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        answer.SetResult();
        Assert.True(await patient);
    }

    [Fact]
    public async Task Fault_F23_Picks_up_a_new_key_in_one_request()
    {
        await using var issuer = await LoopbackIssuer.StartAsync();
        var bench = Trusting(issuer);
        await bench.Refresher.RefreshDueAsync();
        issuer.Key = TestKey.Create(keyId: "rotated");
        Assert.True(await bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
        Assert.Equal("rotated", bench.UsableKeyIds(issuer.Issuer));

        // A request that was validated under the older keys asks late, and must learn of the newer ones without a fetch.
        Assert.True(await bench.Refresher.RefreshIssuerAsync(issuer.Issuer, Cancellation));
        Assert.Equal(2, issuer.KeyRequests);
    }

    private static KeySetBench Trusting(params LoopbackIssuer[] issuers) =>
        new(issuers.Select(issuer => (issuer.Issuer, new KeySetSource(DiscoveryIssuer: issuer.Issuer))));
}
