using System.Buffers;
using System.Security.Cryptography;
using BenchmarkDotNet.Attributes;
using ExchangeCluster.Grains.Pipeline;

namespace ExchangeCluster.Benchmarks;

/// <summary>What a near-cache hit hashes: a whole request of common size. Against the one-shot hash that it replaced.</summary>
[MemoryDiagnoser]
public class NearKeyBenchmarks
{
    private const string Authorization = "Basic d2ViMDpzZWNyZXQtb2Ytd2ViMC0wMTIzNDU2Nzg5YWJjZGVm";

    private readonly byte[] secret = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] body = RandomNumberGenerator.GetBytes(900);
    private readonly byte[] digest = new byte[32];
    private IncrementalHash hash = null!;

    [GlobalSetup]
    public void Setup() => hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);

    [Benchmark]
    public NearKey Key() => NearKey.Of(hash, Authorization, new ReadOnlySequence<byte>(body));

    [Benchmark(Baseline = true)]
    public int OneShot() => HMACSHA256.HashData(secret, body, digest);
}
