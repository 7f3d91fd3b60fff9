using CsCheck;

namespace ExchangeCluster.Domain.Tests.Policies.Analysis;

/// <summary>Small policies with everything that decides who can reach what; most load.</summary>
internal static class RandomPolicies
{
    public const string Ours = "https://sts.example";

    public static readonly string[] Scopes = ["s0", "s1", "s2"];

    private static readonly Gen<string> GenScopes = Gen.Int[0, 7].Select(bits =>
        "[" + string.Join(", ", Scopes.Where((_, index) => (bits >> index & 1) == 1)) + "]");

    private static readonly Gen<string> GenElevate = Gen.Select(Gen.Int[0, 3], Gen.Int[0, 2], Gen.Int[0, 2], Gen.Int[0, 8], (chance, up, held, through) =>
        chance != 0 ? "" : $", elevate: {{ s{up}: s{held} }}" + (through > 3 ? "" : $", through: [v{through}]"));

    private static readonly Gen<string> GenWhen = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 2], (kind, scope) => kind switch
    {
        0 => $", when: {{ scopes: [s{scope}] }}",
        1 => $", when: {{ scopes: [s0, s{scope}] }}",
        2 => ", when: { claims: { c: 1 } }",
        3 => ", when: { claims: { c: { present: true } } }",
        4 => ", when: { issuer: https://other.example }",
        5 => $", when: {{ issuer: [{Ours}, https://login.example] }}",
        6 => ", when: { actor: required }",
        7 => ", when: { actor: allowed }",
        _ => "",
    });

    private static readonly Gen<string> GenRule = Gen.Select(
        Gen.Int[0, 3], GenScopes, GenElevate, GenWhen, OneOf("", "", "", ", claims: [c]", ", claims: [c]", ", claims: { c: { set: 1 } }", ", claims: { sub: pairwise }"),
        OneOf("", "", "", "", ", share: embed", ", share: reuse"), Gen.Int[0, 12],
        (from, scopes, elevate, when, claims, share, own) => own == 0
            ? $"{{ from: v{from}, grants: client-credentials, scopes: {scopes} }}"
            : $"{{ from: v{from}, scopes: {scopes}{elevate}{when}{claims}{share} }}");

    private static readonly Gen<string[]> Orders = Gen.Select(Gen.Int[0, 2], Gen.Int[1, 2], (first, step) =>
        new[] { 0, 1, 2 }.Select(index => Scopes[(first + (index * step)) % 3]).ToArray());

    /// <summary>What is elevated and carried comes into the hands of those before by that alone.</summary>
    private static readonly Gen<string> GenCarried = OneOf("", ", share: embed", ", share: embed", ", share: embed, when: { actor: allowed }", ", share: embed, when: { actor: required }");

    /// <summary>
    /// For a third of the policies: elevations on one another, from service to service, which rules drawn each for itself hardly ever are.
    /// </summary>
    private static readonly Gen<string[]> GenPath = Gen.Select(Gen.Int[0, 2], Orders, Gen.Bool, GenCarried, GenCarried, (chance, scopes, isAsked, second, third) => chance != 0
        ? (string[])["", "", "", ""]
        :
        [
            "",
            $"{{ from: v0, elevate: {{ {scopes[1]}: {scopes[0]} }} }}",
            $"{{ from: v1, elevate: {{ {scopes[2]}: {scopes[1]} }}, through: [v1]{second} }}",
            isAsked
                ? $"{{ from: v2, scopes: [{scopes[2]}], when: {{ scopes: [{scopes[2]}] }}, through: [v2] }}"
                : $"{{ from: v2, elevate: {{ {scopes[0]}: {scopes[2]} }}, through: [v2]{third} }}",
        ]);

    public static readonly Gen<string> Policies = Gen.Select(GenRule.Array[0, 3].Array[4], GenPath, OneOf("[https://v0.example]", "[https://v0.example, https://v1.example]"), Gen.Int[0, 3], (accepts, path, audiences, depth) =>
        $"revision: 1\nissuer: {Ours}\nembedding: {{ depth: {depth} }}\ntrusted_issuers:\n"
        + $"  - {{ issuer: https://login.example, audiences: {audiences}, max_lifetime: 1h }}\n"
        + "  - { issuer: https://other.example, audiences: [https://v0.example], max_lifetime: 1h, subject_prefix: other }\n"
        + "services:\n"
        + string.Concat(accepts.Select((rules, index) =>
            $"  v{index}: {{ domain: x, audience: https://v{index}.example, scopes: [s0, s1, s2], accepts: [{string.Join(", ", Of(index, rules, path))}] }}\n")));

    /// <summary>A path is alone with a rule at most: else what it elevates comes on other ways as well.</summary>
    private static IEnumerable<string> Of(int service, string[] rules, string[] path) => rules
        .Where(rule => !rule.StartsWith($"{{ from: v{service},", StringComparison.Ordinal))
        .Take(path[^1].Length == 0 ? rules.Length : 1)
        .Append(path[service])
        .Where(rule => rule.Length != 0);

    private static Gen<string> OneOf(params string[] texts) => Gen.Int[0, texts.Length - 1].Select(index => texts[index]);
}
