using BenchmarkDotNet.Attributes;
using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Benchmarks;

/// <summary>What every request computes to find its grain and its cached answer.</summary>
[MemoryDiagnoser]
public class KeyBenchmarks
{
    [Benchmark]
    public CacheKey Cache() => CacheKey.Of(Sample.Command, Sample.Ring.Secret);

    [Benchmark]
    public string Subject() => SubjectKey.Of(Sample.Command.Subject.Root, Sample.Ring.Secret);
}
