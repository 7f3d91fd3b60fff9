using BenchmarkDotNet.Attributes;
using ExchangeCluster.Domain.Minting;

namespace ExchangeCluster.Benchmarks;

/// <summary>The encrypted claim of every token: written once, read whenever the token comes back.</summary>
[MemoryDiagnoser]
public class LineageBenchmarks
{
    private const string JwtId = "AAECAwQFBgcICQoLDA0ODw";

    private static readonly string Text = LineageCodec.Encrypt(Sample.Lineage, Sample.Ring.Secret, JwtId);

    [Benchmark]
    public string Encrypt() => LineageCodec.Encrypt(Sample.Lineage, Sample.Ring.Secret, JwtId);

    [Benchmark]
    public bool Decrypt() => LineageCodec.TryDecrypt(Text, Sample.Ring.Secret, JwtId, out _);
}
