using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using CsCheck;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>Random policies with conditions of every kind, and random commands for them, that meet now one and now another.</summary>
internal static class RandomPolicies
{
    public const string Login = "https://login.example";
    public const string Sts = "https://sts.example";

    private const int Services = 4;

    private static readonly string[] Whens =
    [
        "", ", when: { claims: { country: [NO, SE] } }", ", when: { claims: { vip: { present: true } } }", ", when: { scopes: [s0] }",
        ", when: { issuer: https://partner.example }", ", when: { issuer: https://login.example, scopes: [s2] }", ", when: { subject_type: id_token }",
        ", when: { actor: required }", ", when: { actor: allowed }", ", when: { acr: [gold] }", ", when: { max_age: 10m }", ", rebind: allowed",
        ", refresh: { lifetime: 1d }", ", grants: [client-credentials]",
        ", when: { issuer: https://sts.example }",
    ];

    private static readonly Gen<string> GenScopes = Gen.Int[1, 7].Select(bits =>
        "[" + string.Join(", ", Enumerable.Range(0, 3).Where(index => (bits >> index & 1) == 1).Select(index => $"s{index}")) + "]");

    /// <summary>One elevation, from a scope that nothing elevates: those that rest on one another don't load.</summary>
    private static readonly Gen<(int From, int Condition, string Text)> GenAccept = Gen.Select(
        Gen.Int[0, Services - 1], GenScopes, Gen.Int[0, 3], Gen.Int[1, 900], Gen.Int[0, Whens.Length - 1], Gen.Int[0, 3],
        (from, scopes, elevate, lifetime, when, claims) => (from, Whens[when].Contains("when", StringComparison.Ordinal) ? when : 0,
            string.Create(CultureInfo.InvariantCulture, $"{{ from: v{from}, scopes: {scopes}, lifetime: {lifetime}s")
            + (elevate == 0 && !Whens[when].Contains("client-credentials", StringComparison.Ordinal) ? ", elevate: { up: s0 }" : "")
            + (claims switch { 0 => ", claims: { sub: pairwise }", 1 => ", claims: [country]", _ => "" })
            + Whens[when] + " }"));

    public static readonly Gen<PolicySnapshot?> Policies = Gen.Select(GenAccept.Array[4, 9].Array[Services], Gen.Int[2, 4], (accepts, depth) =>
        PolicyCompiler.Compile(
            $"revision: 1\nissuer: {Sts}\nmax_lifetime: 10m\nmax_actor_depth: {depth}\ntrusted_issuers:\n"
            + $"  - {{ issuer: {Login}, audiences: [https://v0.example, https://v1.example, https://v2.example], max_lifetime: 1h }}\n"
            + "  - { issuer: https://partner.example, audiences: [https://v0.example], max_lifetime: 1h, subject_prefix: 'partner:' }\nservices:\n"
            + string.Concat(accepts.Select((rules, index) =>
                $"  v{index}: {{ domain: x, audience: https://v{index}.example, scopes: [s0, s1, s2, up], {(index == 3 ? "dpop: required, " : "")}"
                + $"accepts: [{string.Join(", ", rules.Where(rule => rule.From != index).DistinctBy(rule => (rule.From, rule.Condition)).Select(rule => rule.Text))}] }}\n")),
            "p").Snapshot);

    public static readonly Gen<ExchangeCommand> Commands = Gen.Select(
        Gen.Int[0, Services - 1], Gen.Int[0, 9], Gen.Int[0, Services], Gen.Int[0, 8], Gen.Int[0, 16], Gen.Int[0, 7], Gen.Int[0, 7], Gen.Int[30, 2000],
        MakeCommand);

    private static ExchangeCommand MakeCommand(int client, int presenter, int targets, int wanted, int kind, int held, int actor, int lifetime)
    {
        var name = $"v{client}";
        var scope = string.Join(' ', new[] { "s0", "s1", "s2" }.Where((_, index) => (held >> index & 1) == 1));
        var command = new ExchangeCommand
        {
            Client = name,
            Subject = MakeSubject(kind, presenter == 0 ? "v4" : name, scope, lifetime),
            Actor = actor switch { 0 => Subjects.Service(name, lifetime), 1 => Subjects.Service("v2", lifetime), _ => null },
            Targets = targets == Services ? ["v1", "v2"] : [$"v{targets}"],
            RequestedScope = wanted switch { 0 => ScopeSet.Of("s0"), 1 => ScopeSet.Of("s0", "s1"), 2 => ScopeSet.Of("other"), _ => null },
            RequestedTokenType = wanted == 3 ? TokenTypeIdentifiers.RefreshToken : TokenTypeIdentifiers.AccessToken,
        };
        return wanted switch
        {
            4 => command with { Confirmation = ExchangeCluster.Domain.ProofOfPossession.Confirmation.OfKey(new string('k', 43)) },
            5 => command with
            {
                Refresh = new RefreshFamily(default, Subjects.Now.AddMinutes(-5), Subjects.Now.AddHours(2), ScopeSet.Of("s0")),
            },
            _ => command,
        };
    }

    private static ValidatedToken MakeSubject(int kind, string audience, string scope, int lifetime)
    {
        var claims = kind switch
        {
            1 or 8 => """{"country":"NO","acr":"gold"}""",
            2 => """{"country":"DE","vip":true}""",
            3 => $$"""{"auth_time":{{Subjects.Now.ToUnixTimeSeconds() - 60}},"country":["SE","DK"]}""",
            4 => """{"act":{"sub":"x","act":{"sub":"y","act":{"sub":"z"}}}}""",
            5 => $$$"""{"cnf":{"jkt":"{{{new string('k', 43)}}}"}}""",
            6 => """{"may_act":{"sub":"v2","iss":"https://sts.example"}}""",
            7 => """{"may_act":{"sub":"v0"}}""",
            _ => "{}",
        };
        var aud = $"https://{audience}.example";
        return kind switch
        {
            8 => Subjects.Foreign(aud, scope, "https://partner.example", claims: claims, lifetimeSeconds: lifetime),
            9 => Ours(aud, scope, lifetime, new RootSubject(Login, "alice", null, null, default), [new Elevation("s0", "v1")]),
            10 => Ours(aud, scope, lifetime, new RootSubject(Login, "alice", null, null, default), []),
            11 => Ours(aud, scope, lifetime, new RootSubject(Sts, "v0", null, null, default), []),
            _ => Subjects.Foreign(aud, scope, claims: claims, lifetimeSeconds: lifetime),
        };
    }

    private static ValidatedToken Ours(string audience, string scope, int lifetime, RootSubject root, ImmutableArray<Elevation> elevations) => new()
    {
        TokenType = TokenTypeIdentifiers.AccessToken,
        Issuer = Sts,
        Subject = root.Subject,
        Audiences = [audience],
        ClientId = "v3",
        Scope = ScopeSet.Of(scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        ExpiresAt = Subjects.Now.AddSeconds(lifetime),
        IssuedAt = Subjects.Now,
        Handle = default,
        Root = root,
        Lineage = new Lineage
        {
            Root = root,
            Ancestors = [],
            Hops = [],
            Elevations = elevations,
            PolicyRevision = 1,
            RevocationIncarnation = Guid.Empty,
            RevocationEpoch = 0,
        },
        Claims = JsonElement.Parse("{}"),
    };
}
