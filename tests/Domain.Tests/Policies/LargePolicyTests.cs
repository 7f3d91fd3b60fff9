using System.Globalization;
using System.Text;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Analysis;
using ExchangeCluster.Domain.Tests.Decisions;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>What a policy costs grows with its rules, and each costs little. Allocation, unlike time, is the same on every machine.</summary>
public sealed class LargePolicyTests
{
    private const int EdgesOfService = 10;

    [Fact]
    public void Allocates_no_more_than_four_kilobytes_for_each_rule_beside_the_parser_on_its_own_thread()
    {
        PolicyCompiler.Compile(Text(10), "p");
        var text = Text(1_000);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var compilation = PolicyCompiler.Compile(text, "p");
        var spent = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Empty(compilation.Mistakes);
        Assert.InRange(spent / (1_000 * EdgesOfService), 1, 4 * 1024);
    }

    [Fact]
    public void Proves_a_statement_over_all_chains_in_steps_of_the_number_of_rules()
    {
        var small = SpentOnProof(200);
        var large = SpentOnProof(2_000);

        Assert.InRange(large / (double)small, 5, 15);
    }

    [Fact]
    public void Decides_without_garbage()
    {
        var policy = PolicyCompiler.Compile(Text(100), "p").Snapshot!;
        var subject = Subjects.Foreign("https://s1.example", "browse admin", claims: """{"edge":"e1"}""");
        var command = Subjects.Command("s1", subject, "s0");
        Assert.True(Decider.Decide(policy, command, Subjects.Now).IsGranted);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var time = 0; time < 100; time++)
        {
            Decider.Decide(policy, command, Subjects.Now);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static long SpentOnProof(int services)
    {
        var policy = PolicyCompiler.Compile(Text(services), "p").Snapshot!;
        var analyser = new PolicyAnalyser(policy);
        var never = new Never(null, null, "admin", null, policy.Issuer);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Null(analyser.Disprove(never));
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static string Text(int services)
    {
        var text = new StringBuilder("revision: 1\nissuer: https://sts.example\ntrusted_issuers:\n"
            + "  - { issuer: https://login.example, audiences: [https://s0.example], max_lifetime: 1h }\nservices:\n");
        for (var target = 0; target < services; target++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  s{target}:\n    domain: d{target % 100}\n    audience: https://s{target}.example\n    scopes: [browse, admin]\n    accepts:\n");
            for (var edge = 1; edge <= EdgesOfService; edge++)
            {
                var from = (target + (edge * edge)) % services;
                text.Append(CultureInfo.InvariantCulture, $"      - {{ from: s{(from == target ? (target + 1) % services : from)}, scopes: [browse, admin], when: {{ claims: {{ edge: e{edge} }}, issuer: [https://sts.example, https://login.example] }} }}\n");
            }
        }

        return text.ToString();
    }
}
