using System.Text.RegularExpressions;
using CsCheck;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>A long text is parsed on a thread of its own: nobody who reads what it says can tell.</summary>
public sealed partial class LongPolicyTests
{
    private static readonly string LongComment = "#" + new string('x', 200_000) + "\n";

    private static readonly string[] Puts = ["", "&a ", "!t ", "*a", "[", "}", "\"", "\n- ", "revision: 1\n"];

    [Fact]
    public void Says_of_a_long_policy_what_it_says_of_a_short_one() =>
        (from at in Gen.Int[0, PolicyTexts.Shop.Length - 1]
         from length in Gen.Int[0, 9]
         from put in Gen.Int[0, Puts.Length - 1]
         select PolicyTexts.Shop.Remove(at, Math.Min(length, PolicyTexts.Shop.Length - at)).Insert(at, Puts[put]))
        .Sample(text => Assert.Equal(PolicyTexts.MistakesOf(text), PolicyTexts.MistakesOf(LongComment + text).Select(OneLineUp)), iter: 2_000);

    [Fact]
    public void Refuses_nesting_too_deep_at_the_end_of_a_long_text() => Assert.Contains(
        "nested too deeply", Assert.Single(PolicyTexts.MistakesOf(LongComment + "a: " + new string('[', 100_000))), StringComparison.Ordinal);

    [Fact]
    public void Refuses_a_text_that_breaks_off_after_a_hundred_thousand_values()
    {
        var mistake = Assert.Single(PolicyTexts.MistakesOf("a: [" + string.Concat(Enumerable.Repeat("1, ", 100_000))));
        Assert.Contains("not well-formed YAML", mistake, StringComparison.Ordinal);
    }

    /// <summary>Of what has no place the parser says that it is the first.</summary>
    private static string OneLineUp(string mistake) => Place().Replace(mistake, place => $":{Math.Max(1, int.Parse(place.ValueSpan[1..^1], provider: null) - 1)}:", 1);

    [GeneratedRegex(":[0-9]+:")]
    private static partial Regex Place();
}
