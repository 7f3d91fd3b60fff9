using System.Net;
using BenchmarkDotNet.Attributes;
using ExchangeCluster.Client;
using ExchangeCluster.Client.Sharing;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Benchmarks;

/// <summary>What a service pays for a token for its next hop when its client library has it already.</summary>
[MemoryDiagnoser]
public class SdkBenchmarks : IDisposable
{
    private readonly TokenMemory memory = new(Options.Create(new TokenExchangeOptions { MaxStaleness = TimeSpan.FromMinutes(5) }), TimeProvider.System);
    private readonly SensitiveText incoming = new(LargePolicy.Login.Token(TimeProvider.System.GetUtcNow()));
    private TokenProvider provider = null!;

    [GlobalSetup]
    public async Task SetUpAsync()
    {
        var options = Options.Create(new TokenExchangeOptions { MaxStaleness = TimeSpan.FromMinutes(5) });
        var service = new InstantService();
        provider = new TokenProvider(new TokenSource(service, redeemer: null!, options, TimeProvider.System), service, memory, TimeProvider.System);
        await provider.GetTokenAsync("credit", incoming);
        if ((await Remembered()).Origin != TokenOrigin.Cached)
        {
            throw new InvalidOperationException("The token is not remembered.");
        }
    }

    [Benchmark]
    public ValueTask<TargetToken> Remembered() => provider.GetTokenAsync("credit", incoming);

    public void Dispose() => memory.Dispose();

    private sealed class InstantService : ITokenExchanger, ISharingPlanSource
    {
        public Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default) => Task.FromResult(
            TokenExchangeResult.Issued(HttpStatusCode.OK, new TokenExchangeResponse
            {
                AccessToken = new SensitiveText("issued"),
                IssuedTokenType = TokenTypeIdentifiers.AccessToken,
                TokenType = AccessTokenTypes.Bearer,
                ExpiresInSeconds = 300,
                Scope = ScopeSet.Empty,
            }));

        public ValueTask<SharingPlan> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(SharingPlan.ExchangeAll);
    }
}
