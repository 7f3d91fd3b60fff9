using BenchmarkDotNet.Attributes;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Benchmarks;

/// <summary>A presented token, strictly checked.</summary>
[MemoryDiagnoser]
public class ValidationBenchmarks
{
    private readonly Dictionary<string, KeySet> keys = [];
    private PolicySnapshot policy = null!;
    private string token = null!;

    [Params("ES256", "RS256")]
    public string Algorithm { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var login = new TestIssuer(LargePolicy.Login.Issuer, TestKey.Create(Algorithm));
        keys[login.Issuer] = login.KeySet(Sample.Now);
        policy = PolicyCompiler.Compile(LargePolicy.Text(20), "policy.yaml").Snapshot!;
        token = login.Token(Sample.Now);
        if (Validate().Refusal is { } refusal)
        {
            throw new InvalidOperationException(refusal.ToString());
        }
    }

    [Benchmark]
    public SubjectTokenOutcome Validate() =>
        SubjectTokenValidator.Validate(token, TokenTypeIdentifiers.AccessToken, policy, keys, Sample.Ring, Sample.Now);
}
