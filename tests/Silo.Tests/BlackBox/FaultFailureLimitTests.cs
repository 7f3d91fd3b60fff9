using System.Globalization;
using System.Net;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Item C14: whoever fails too often, on a silo of its own whose limit keeps the test's time.</summary>
public sealed class FaultFailureLimitTests : IAsyncLifetime
{
    private const int Rate = 5;
    private const int Burst = Rate * FailureLimit.BurstSeconds;
    private const string WrongSecret = "not-the-secret-0123456789";

    private readonly FakeTimeProvider time = new();
    private readonly Shop shop = new();

    public ValueTask InitializeAsync() =>
        shop.InitializeAsync(builder => builder.Services.AddSingleton(new FailureLimit(Rate, time)));

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public async Task Fault_C14_Answers_failures_beyond_the_rate_with_429_and_serves_everyone_else()
    {
        var flood = FloodAsync(1000, () => shop.ExchangeAsync(edit: form => form.UseBasic("web", WrongSecret)));
        var others = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => shop.ExchangeAsync("mobile")));
        AssertLimited(await flood, permitted: Burst);

        // Nor can a stranger who knows a client's id lock it out.
        var victim = await shop.ExchangeAsync();
        Assert.All(others.Append(victim), answer => answer.AssertIssued());

        time.Advance(TimeSpan.FromSeconds(1));
        AssertLimited(await FloodAsync(20, () => shop.ExchangeAsync(edit: form => form.UseBasic("web", WrongSecret))), permitted: Rate);
    }

    [Fact]
    public async Task Fault_C14_Limits_bad_assertions_and_accepts_a_right_one_meanwhile()
    {
        Task<TokenAnswer> With(string assertion) => shop.ExchangeAsync("reporting", audience: "catalog", edit: form => form.UseAssertion(assertion));

        var forged = shop.Parties.Assertion("reporting", shop.Issuer, key: shop.Parties.Billing.Key);
        AssertLimited(await FloodAsync(150, () => With(forged)), permitted: Burst);

        (await With(shop.Parties.Assertion("reporting", shop.Issuer))).AssertIssued();
        (await shop.ExchangeAsync("billing", audience: "catalog")).AssertIssued();
    }

    [Fact]
    public async Task Fault_C14_Limits_a_client_that_does_not_exist_like_one_that_does() =>
        AssertLimited(await FloodAsync(150, () => shop.ExchangeAsync(edit: form => form.UseBasic("nobody", WrongSecret))), permitted: Burst);

    [Fact]
    public async Task Fault_C14_Limits_introspection_and_revocation_with_the_same_measure()
    {
        async Task<TokenAnswer> Ask(string path)
        {
            var form = TokenForm.Of("none");
            form.Add(ParameterNames.Token, "whatever");
            form.UseBasic("web", WrongSecret);
            using var request = form.ToRequest();
            request.RequestUri = new Uri(path, UriKind.Relative);
            return await shop.Client.SendAsync(request, [WrongSecret]);
        }

        await FloodAsync(Burst, () => Ask("/oauth/introspect"));

        AssertLimited([await Ask("/oauth/introspect"), await Ask("/oauth/revoke")], permitted: 0);
    }

    private static Task<TokenAnswer[]> FloodAsync(int count, Func<Task<TokenAnswer>> send) =>
        Task.WhenAll(Enumerable.Range(0, count).Select(_ => send()));

    private static void AssertLimited(TokenAnswer[] answers, int permitted)
    {
        var refused = answers.Where(answer => answer.Status == HttpStatusCode.Unauthorized).ToArray();
        Assert.Equal(permitted, refused.Length);
        Assert.All(refused, answer => answer.AssertRefused(ErrorCodes.InvalidClient));
        Assert.All(answers.Except(refused), answer =>
        {
            Assert.Equal(HttpStatusCode.TooManyRequests, answer.Status);
            Assert.Equal(ErrorCodes.InvalidClient, answer.Text(ParameterNames.Error));
            Assert.Equal("1", answer.Headers.RetryAfter?.Delta?.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        });
    }
}
