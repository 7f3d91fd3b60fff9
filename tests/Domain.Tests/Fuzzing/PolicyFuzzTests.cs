using System.Text;
using System.Text.RegularExpressions;
using CsCheck;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Fuzzing;

/// <summary>Damaged policies: either a policy or mistakes, each with its place; never an exception.</summary>
public sealed partial class PolicyFuzzTests
{
    private const int ShortRun = 1_000;

    private static readonly string[] Words =
    [
        "{", "}", "[", "]", ": ", "- ", "\n", "\n  ", "\n      ", "\t", "&a ", "*a", "!!str ", "| ", "> ", "'", "\"", "#", "---\n", "...", "%YAML 1.1\n", "<<: ",
        "null", "~", "true", "0x10", "1e9", ".nan", "60s", "99999999999999999999", "\u2028", "\ufeff", "\0", "services:", "accepts:", "from: web", "scopes: [browse]",
        "elevate: { a: b }", "through: [web]", "share: reuse", "when: { claims: { a: present } }", "never:\n  - { service: orders, scope: browse }\n",
    ];

    [Fact]
    public void Reads_or_refuses_every_damaged_policy() =>
        Mutations.Of([Encoding.UTF8.GetBytes(PolicyTexts.Shop)], [.. Words.Select(Encoding.UTF8.GetBytes)]).Sample(
            bytes =>
            {
                var compilation = PolicyCompiler.Compile(Encoding.UTF8.GetString(bytes), "policy.yaml");
                Assert.Equal(compilation.Snapshot is null, compilation.Mistakes.Any());
                Assert.All(compilation.Mistakes, mistake => Assert.Matches(Mistake(), mistake));
            },
            iter: ShortRun);

    [GeneratedRegex(@"\Apolicy\.yaml:[1-9]\d*:[1-9]\d*: [^\r\n]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Mistake();
}
