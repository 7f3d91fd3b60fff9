using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Benchmarks;

/// <summary>
/// An exchange from the silo's near cache, and from a subject's grain: remembered, or decided and minted (ES256); with the grain on the silo that
/// asks, or on another one, over a connection of this process with itself. Validation of the tokens is not in it.
/// </summary>
[MemoryDiagnoser]
public class ExchangeBenchmarks
{
    private readonly ExchangeTestCluster cluster = new(silo => silo.Services.AddLogging(logging => logging.ClearProviders()));
    private readonly ReadOnlySequence<byte> body = new(Encoding.ASCII.GetBytes(new string('a', 900)));
    private SubjectRequest request = null!;
    private StateVersions versions = null!;
    private ISubjectGrain local = null!;
    private ISubjectGrain remote = null!;
    private UInt128 handle = 1000;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        await cluster.InitializeAsync();
        versions = cluster.States[0].Current!.Versions;
        request = Request(handle);
        local = await GrainAsync("local", silo: 0);
        remote = await GrainAsync("remote", silo: 1);

        using var outcome = await cluster.Pipeline().AnswerAsync(
            Shop.Credentials(Shop.Web), ExchangeTestCluster.Request(cluster.SubjectToken(), [Shop.AudienceOf(Shop.Catalog)]), CancellationToken.None);
        for (var asked = 0; asked < 2; asked++)
        {
            // From the second time on.
            cluster.Near().Keep(cluster.Near().KeyOf(null, body), outcome, _ => new NearBody([], 0));
        }

        if (!NearHit())
        {
            throw new InvalidOperationException("The near cache has no answer.");
        }
    }

    [GlobalCleanup]
    public async Task CleanUpAsync() => await cluster.DisposeAsync();

    [Benchmark(Baseline = true)]
    public bool NearHit()
    {
        var near = cluster.Near();
        var found = near.TryAnswer(near.KeyOf(null, body), out var answer);
        answer.HandOver?.Dispose();
        return found;
    }

    [Benchmark]
    public Task<SubjectReply> HitHere() => local.ExchangeAsync(request);

    [Benchmark]
    public Task<SubjectReply> HitElsewhere() => remote.ExchangeAsync(request);

    [Benchmark]
    public Task<SubjectReply> MissHere() => local.ExchangeAsync(Request(++handle));

    [Benchmark]
    public Task<SubjectReply> MissElsewhere() => remote.ExchangeAsync(Request(++handle));

    private async Task<ISubjectGrain> GrainAsync(string key, int silo)
    {
        cluster.PlaceNextGrainsOn(silo);
        var grain = cluster.Grains().GetGrain<ISubjectGrain>(key);
        return await grain.ExchangeAsync(request) is SubjectReply.Issued
            ? grain
            : throw new InvalidOperationException("The grain refused.");
    }

    /// <summary>Each of another login token of one subject.</summary>
    private SubjectRequest Request(UInt128 handle) => new()
    {
        Versions = versions,
        Command = new ExchangeCommand
        {
            Client = Shop.Web,
            Subject = new ValidatedToken
            {
                TokenType = TokenTypeIdentifiers.AccessToken,
                Issuer = cluster.Shop.Login.Issuer,
                Subject = "alice",
                Audiences = [Shop.AudienceOf(Shop.Web)],
                ClientId = Shop.Web,
                Scope = ScopeSet.Of("browse", "orders.place"),
                ExpiresAt = cluster.Clock.Now.AddHours(1),
                IssuedAt = cluster.Clock.Now,
                Handle = new TokenHandle(handle),
                Root = new RootSubject(cluster.Shop.Login.Issuer, "alice", null, cluster.Clock.Now, new TokenHandle(handle)),
                Lineage = null,
                Claims = Sample.Command.Subject.Claims,
            },
            Targets = [Shop.Catalog],
            RequestedScope = null,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        },
    };
}
