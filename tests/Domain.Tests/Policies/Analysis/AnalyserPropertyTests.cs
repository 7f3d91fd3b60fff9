using CsCheck;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Analysis;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Analysis;

/// <summary>The analyser against every exchange that the real evaluator grants, over random policies.</summary>
public sealed class AnalyserPropertyTests
{
    private const int Samples = 1_000;

    [Fact]
    public void Misses_nobody_who_can_have_a_token_in_hand()
    {
        var (loaded, exchanges, reuses, overstated) = (0, 0, 0, 0);
        RandomPolicies.Policies.Sample(
            text =>
            {
                if (PolicyCompiler.Compile(text, "p").Snapshot is not { } policy)
                {
                    return;
                }

                var all = new BruteForce(policy, isDeclared: true);
                (loaded, exchanges, reuses) = (loaded + 1, exchanges + all.Exchanges, reuses + all.Reuses);
                var analyser = new PolicyAnalyser(policy);
                var found = from service in policy.Services.Keys
                            from scope in RandomPolicies.Scopes.Append("")
                            from chain in analyser.WhoCan(service, scope.Length == 0 ? null : scope, isDeclared: true)
                            select (chain.Holder, service, scope);
                var claimed = found.ToHashSet();
                Assert.Empty(all.Holdings.Except(claimed));
                overstated += claimed.Count > all.Holdings.Count ? 1 : 0;
            },
            iter: Samples, threads: 1);
        Assert.True(loaded > Samples / 4, $"Only {loaded} policies loaded.");
        // What is embedded in what is handed on is followed a little too far.
        Assert.True(overstated <= loaded / 50, $"Of {loaded} policies {overstated} are said to allow more than they do.");
        Assert.True(exchanges > 2_000, $"Only {exchanges} exchanges were granted: the generator no longer reaches the promise.");
        Assert.True(reuses > 2, $"Only {reuses} of them could be handed on.");
    }

    [Fact]
    public void Proves_no_more_than_holds_and_breaks_no_more_than_breaks()
    {
        var (proved, broken) = (0, 0);
        RandomPolicies.Policies.Sample(
            text =>
            {
                if (PolicyCompiler.Compile(text, "p").Snapshot is not { } policy)
                {
                    return;
                }

                var all = new BruteForce(policy, isDeclared: false).Contents;
                var analyser = new PolicyAnalyser(policy);
                foreach (var (service, scope, issuer, hasClaim) in Statements())
                {
                    var chain = analyser.Disprove(new Never(service, null, scope.Length == 0 ? null : scope, hasClaim ? "c" : null, issuer));
                    Assert.Equal(all.Contains((service, scope, issuer, hasClaim)), chain is not null);
                    _ = chain is null ? proved++ : broken++;
                }
            },
            iter: Samples / 10, threads: 1);
        Assert.True(proved > 300 && broken > 300, $"{proved} proved, {broken} broken.");
    }

    private static IEnumerable<(string Service, string Scope, string Issuer, bool HasClaim)> Statements() =>
        from service in Enumerable.Range(0, 4).Select(index => $"v{index}")
        from scope in RandomPolicies.Scopes.Append("")
        from issuer in new[] { RandomPolicies.Ours, "https://login.example", "https://other.example" }
        from hasClaim in new[] { false, true }
        select (service, scope, issuer, hasClaim);
}
