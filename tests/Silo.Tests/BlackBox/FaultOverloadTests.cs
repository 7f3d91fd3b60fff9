using System.Net;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Item X11: more requests than a silo has room for, on a silo of its own with room for two.</summary>
public sealed class FaultOverloadTests : IAsyncLifetime
{
    private const int Room = 2;

    private readonly FakeTimeProvider time = new();
    private readonly Shop shop = new();

    private ExchangeLimit Limit => shop.Silo.Services.GetRequiredService<ExchangeLimit>();

    public ValueTask InitializeAsync() => shop.InitializeAsync(builder => builder.Services.AddSingleton(new ExchangeLimit(Room, time)));

    public ValueTask DisposeAsync() => shop.DisposeAsync();

    [Fact]
    public async Task Fault_X11_Refuses_at_once_what_comes_on_top_and_answers_what_it_remembers()
    {
        var known = shop.Parties.SubjectToken(forClient: "web");
        (await shop.ExchangeAsync(subjectToken: known)).AssertIssued();
        using (Limit.TryEnter())
        {
            (await shop.ExchangeAsync()).AssertIssued();
            using (Limit.TryEnter())
            {
                var shed = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => shop.ExchangeAsync()));
                Assert.All(shed, AssertShed);
                Assert.Single(Warnings());

                (await shop.ExchangeAsync(subjectToken: known)).AssertIssued();
            }
        }

        (await shop.ExchangeAsync()).AssertIssued();
        Assert.Single(Warnings());
    }

    [Fact]
    public async Task Fault_X11_Tells_the_operator_again_only_after_a_while()
    {
        using var one = Limit.TryEnter();
        using var two = Limit.TryEnter();
        AssertShed(await shop.ExchangeAsync());
        time.Advance(TimeSpan.FromSeconds(9));
        AssertShed(await shop.ExchangeAsync());
        Assert.Single(Warnings());
        time.Advance(TimeSpan.FromSeconds(1));
        AssertShed(await shop.ExchangeAsync());
        Assert.Equal(2, Warnings().Count());
    }

    private static void AssertShed(TokenAnswer answer)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.Status);
        Assert.Equal(ErrorCodes.TemporarilyUnavailable, answer.Error);
        Assert.Equal(TimeSpan.FromSeconds(1), answer.Headers.RetryAfter?.Delta);
    }

    private IEnumerable<string> Warnings() => shop.Silo.Log.Lines.Where(line => line.Contains("requests at once", StringComparison.Ordinal));
}
