using System.Net;
using System.Text.Json;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Telemetry;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Silo.Token;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Item X11: more than a silo can do, on one that does two things at once and whose store takes as long as the test says.</summary>
public sealed class FaultOverloadTests : IAsyncLifetime
{
    private const int Limit = 2;

    private readonly FakeTimeProvider time = new();
    private readonly CapturedLog log = new();
    private readonly LoggerFactory loggers = new();
    private readonly PatientStore store = new();
    private readonly Shop shop = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        loggers.AddProvider(log);
        return shop.InitializeAsync(builder => builder.Services
            .AddSingleton<ISpentOnce>(store)
            .AddSingleton(new Admission(Limit, time, loggers.CreateLogger<Admission>())));
    }

    public async ValueTask DisposeAsync()
    {
        store.Answer();
        await shop.DisposeAsync();
        loggers.Dispose();
        log.Dispose();
    }

    [Fact]
    public async Task Fault_X11_Refuses_early_what_is_beyond_the_limit_answers_what_it_knows_and_recovers()
    {
        var login = shop.Parties.SubjectToken();
        await shop.IssueAsync(subjectToken: login);
        var known = await shop.IssueAsync(subjectToken: login);

        // Those admitted wait for the store, and with them everything that would come after.
        var admitted = Enumerable.Range(0, Limit).Select(_ => shop.ExchangeAsync("reporting", audience: "catalog")).ToArray();
        await store.AskedAsync(Limit).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        await Task.WhenAll(Enumerable.Range(0, 100).Select(AssertShedAsync));
        Assert.Equal(known.Token, (await shop.IssueAsync(subjectToken: login)).Token);
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(shop.Silo.ManagementUrl, "/health/ready"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(shop.Silo.PublicUrl, "/.well-known/jwks.json"));
        Assert.All(admitted, exchange => Assert.False(exchange.IsCompleted));

        store.Answer();
        Assert.All(await Task.WhenAll(admitted), answer => answer.AssertIssued());
        for (var i = 0; i < 10 * Limit; i++)
        {
            // One after the other: whatever was admitted has left again, or these would find no room.
            await shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(subject: $"after-{i}"));
        }
    }

    [Fact]
    public async Task Fault_X11_Says_so_in_the_metric_each_time_and_in_the_log_now_and_then()
    {
        var admitted = Enumerable.Range(0, Limit).Select(_ => shop.ExchangeAsync("reporting", audience: "catalog")).ToArray();
        await store.AskedAsync(Limit).WaitAsync(TimeSpan.FromSeconds(30), Cancelled);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(AssertShedAsync));
        Assert.Single(log.Lines);
        time.Advance(TimeSpan.FromSeconds(11));
        await AssertShedAsync(20);
        Assert.Equal(2, log.Lines.Count);

        // Nor does any other part of the silo speak of each.
        Assert.DoesNotContain(shop.Silo.Log.Lines, line => line.Contains("Overloaded", StringComparison.Ordinal));
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync(new Uri(shop.Silo.ManagementUrl, Metrics.Path), Cancelled);
        Assert.Contains("outcome=\"Overloaded\"", metrics, StringComparison.Ordinal);

        store.Answer();
        Assert.All(await Task.WhenAll(admitted), answer => answer.AssertIssued());
    }

    private async Task AssertShedAsync(int number)
    {
        var form = shop.Form("web", shop.Parties.SubjectToken(subject: $"shed-{number}"));
        form.Add(ParameterNames.Audience, "orders");
        using var request = form.ToRequest();
        using var response = await shop.Client.Http.SendAsync(request, Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal(TimeSpan.FromSeconds(1), response.Headers.RetryAfter?.Delta);
        Assert.True(response.Headers.CacheControl?.NoStore);
        var json = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(ErrorCodes.TemporarilyUnavailable, json.GetProperty(ParameterNames.Error).GetString());
    }

    private static async Task<HttpStatusCode> StatusAsync(Uri listener, string path)
    {
        using var http = new HttpClient();
        using var response = await http.GetAsync(new Uri(listener, path), Cancelled);
        return response.StatusCode;
    }

    /// <summary>Lets clients' assertions wait until the test allows its answers; whoever refreshes keys doesn't wait.</summary>
    private sealed class PatientStore : ISpentOnce
    {
        private readonly TaskCompletionSource answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly SemaphoreSlim asked = new(0);

        public async Task<bool> TrySpendAsync(string kind, string owner, string id, DateTimeOffset until, CancellationToken cancellationToken)
        {
            if (kind == "client-assertion")
            {
                asked.Release();
                await answer.Task;
            }

            return true;
        }

        public async Task AskedAsync(int times)
        {
            for (var i = 0; i < times; i++)
            {
                await asked.WaitAsync(Cancelled);
            }
        }

        public void Answer() => answer.TrySetResult();
    }
}
