using System.Text.Json;
using BenchmarkDotNet.Attributes;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Benchmarks;

/// <summary>One decision, and the compilation of the policy that it is made under; ten edges for each service.</summary>
[MemoryDiagnoser]
public class DecisionBenchmarks
{
    private PolicySnapshot policy = null!;
    private ExchangeCommand command = null!;
    private string text = null!;

    [Params(20, 1_000, 10_000)]
    public int Services { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        text = LargePolicy.Text(Services);
        policy = Load();
        var sample = Sample.Command.Subject;
        command = new ExchangeCommand
        {
            Client = "s1",
            Subject = new()
            {
                TokenType = sample.TokenType,
                Issuer = sample.Issuer,
                Subject = sample.Subject,
                Audiences = [LargePolicy.Audience(1)],
                ClientId = "s1",
                Scope = sample.Scope,
                ExpiresAt = sample.ExpiresAt,
                IssuedAt = sample.IssuedAt,
                Handle = sample.Handle,
                Root = sample.Root,
                Lineage = null,
                Claims = JsonElement.Parse("""{"edge":"e1"}"""),
            },
            Targets = ["s0"],
            RequestedScope = null,
            RequestedTokenType = Sample.Command.RequestedTokenType,
        };
        if (Decide().Refusal is { } refusal)
        {
            throw new InvalidOperationException(refusal.ToString());
        }
    }

    [Benchmark]
    public Decision Decide() => Decider.Decide(policy, command, Sample.Now);

    [Benchmark]
    public PolicySnapshot Load()
    {
        var compilation = PolicyCompiler.Compile(text, "policy.yaml");
        return compilation.Snapshot ?? throw new InvalidOperationException(compilation.Mistakes[0]);
    }
}
