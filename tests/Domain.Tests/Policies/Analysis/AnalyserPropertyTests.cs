using System.Globalization;
using CsCheck;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Analysis;
using Xunit;
using Xunit.Sdk;

namespace ExchangeCluster.Domain.Tests.Policies.Analysis;

/// <summary>The analyser against every exchange that the real evaluator grants, over random policies.</summary>
public sealed class AnalyserPropertyTests
{
    private const int Samples = 1_000;

    [Fact]
    public void Names_exactly_those_who_can_have_a_token_in_hand()
    {
        var (loaded, exchanges, reuses) = (0, 0, 0);
        ForEachPolicy(
            Samples,
            policy =>
            {
                var all = new BruteForce(policy, isDeclared: true);
                (loaded, exchanges, reuses) = (loaded + 1, exchanges + all.Exchanges, reuses + all.Reuses);
                var analyser = new PolicyAnalyser(policy);
                var found = from service in policy.Services.Keys
                            from scope in RandomPolicies.Scopes.Append("")
                            from chain in analyser.WhoCan(service, scope.Length == 0 ? null : scope, isDeclared: true)
                            select (chain.Holder, service, scope);
                var claimed = found.ToHashSet();
                Assert.Empty(all.Holdings.Except(claimed));
                Assert.Empty(claimed.Except(all.Holdings));
            });
        Assert.True(loaded > Samples / 4, $"Only {loaded} policies loaded.");
        Assert.True(exchanges > 2_000, $"Only {exchanges} exchanges were granted: the generator no longer reaches the promise.");
        Assert.True(reuses > 2, $"Only {reuses} of them could be handed on.");
    }

    [Fact]
    public void Proves_no_more_than_holds_and_breaks_no_more_than_breaks()
    {
        var (proved, broken) = (0, 0);
        ForEachPolicy(
            Samples / 10,
            policy =>
            {
                var all = new BruteForce(policy, isDeclared: false).Contents;
                var analyser = new PolicyAnalyser(policy);
                foreach (var (service, scope, issuer, hasClaim) in Statements())
                {
                    var chain = analyser.Disprove(new Never(service, null, scope.Length == 0 ? null : scope, hasClaim ? "c" : null, issuer));
                    Assert.Equal(all.Contains((service, scope, issuer, hasClaim)), chain is not null);
                    _ = chain is null ? proved++ : broken++;
                }
            });
        Assert.True(proved > 300 && broken > 300, $"{proved} proved, {broken} broken.");
    }

    /// <summary>The same ones in every run; <c>ANALYSER_SEED</c> takes others.</summary>
    private static void ForEachPolicy(int samples, Action<PolicySnapshot> check)
    {
        var seed = ulong.Parse(Environment.GetEnvironmentVariable("ANALYSER_SEED") ?? "1", CultureInfo.InvariantCulture);
        for (var sample = 0U; sample < samples; sample++)
        {
            var text = RandomPolicies.Policies.Generate(new PCG(sample, seed), null, out _);
            if (PolicyCompiler.Compile(text, "p").Snapshot is { } policy)
            {
                try
                {
                    check(policy);
                }
                catch (XunitException exception)
                {
                    throw new XunitException($"ANALYSER_SEED={seed}, sample {sample}:{Environment.NewLine}{text}{exception.Message}", exception);
                }
            }
        }
    }

    private static IEnumerable<(string Service, string Scope, string Issuer, bool HasClaim)> Statements() =>
        from service in Enumerable.Range(0, 4).Select(index => $"v{index}")
        from scope in RandomPolicies.Scopes.Append("")
        from issuer in new[] { RandomPolicies.Ours, "https://login.example", "https://other.example" }
        from hasClaim in new[] { false, true }
        select (service, scope, issuer, hasClaim);
}
