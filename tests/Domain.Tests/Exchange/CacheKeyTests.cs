using System.Text.Json;
using CsCheck;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Exchange;

public sealed class CacheKeyTests
{
    private static readonly ClusterSecret Secret = new(new byte[ClusterSecret.Size]);

    // Small alphabets, so that random commands are often alike in all members but one.
    private static readonly Gen<string> Name = Gen.String[Gen.Char["a|"], 0, 2];

    private static readonly Gen<Members> AnyMembers = Gen.Select(
        Name,
        Gen.ULong[0, 2],
        OneOf(TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt),
        Name.Array[1, 3],
        OneOf(null, "", "a", "b", "a b"),
        OneOf(TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt),
        Gen.Select(
            Gen.Int[0, 1].Select(i => i == 0 ? Grants.TokenExchange : Grants.ClientCredentials),
            Gen.ULong[0, 2],
            OneOf(null, TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt),
            OneOf(null, "", "a"),
            OneOf(null, "[]", """[{"type":"a"}]""", """[{"type":"a"},{"type":"a"}]"""),
            Gen.Select(Gen.Bool, Gen.ULong[0, 1], Gen.Long[0, 1], Gen.Long[0, 1], OneOf("", "a", "a b")),
            OneOf(null, "", "a")),
        (client, handle, type, targets, scope, requested, rest) => new Members(client, handle, type!, targets, scope, requested!, rest.Item1)
        {
            Actor = rest.Item3 is { } actorType ? (rest.Item2, actorType) : null,
            Thumbprint = rest.Item4,
            Details = rest.Item5,
            Refresh = rest.Item6.Item1 ? (rest.Item6.Item2, rest.Item6.Item3, rest.Item6.Item4, rest.Item6.Item5!) : null,
            Certificate = rest.Item7,
        });

    [Fact]
    public void Two_commands_share_a_key_only_when_all_members_are_alike() => Gen.Select(AnyMembers, AnyMembers, Gen.Int[0, 4095]).Sample(
        (one, other, changes) =>
        {
            var two = one.With(other, changes);
            return one.AreThoseOf(two) == (KeyOf(one) == KeyOf(two));
        },
        iter: 20_000);

    [Fact]
    public void Any_changed_member_changes_the_key()
    {
        var one = new Members("web", 1, TokenTypeIdentifiers.AccessToken, ["geo", "orders"], "a", TokenTypeIdentifiers.AccessToken);
        Members[] others =
        [
            one with { Client = "Web" },
            one with { Handle = 2 },
            one with { TokenType = TokenTypeIdentifiers.Jwt },
            one with { Targets = ["geo"] },
            one with { Targets = ["geo", "order"] },
            one with { Scope = null },
            one with { Scope = "" },
            one with { Scope = "a b" },
            one with { RequestedType = TokenTypeIdentifiers.Jwt },
            one with { Actor = (1, TokenTypeIdentifiers.AccessToken) },
            one with { Actor = (2, TokenTypeIdentifiers.AccessToken) },
            one with { Actor = (1, TokenTypeIdentifiers.Jwt) },
            one with { Handle = 2, Actor = (1, TokenTypeIdentifiers.AccessToken) },
            one with { Grant = Grants.ClientCredentials },
            one with { Thumbprint = "" },
            one with { Thumbprint = "a" },
            one with { Certificate = "" },
            one with { Certificate = "a" },
            one with { Details = "[]" },
            one with { Details = """[{"type":"a"}]""" },
            one with { Details = """[{"type":"b"}]""" },
            one with { Refresh = (1, 2, 3, "a") },
            one with { Refresh = (2, 2, 3, "a") },
            one with { Refresh = (1, 3, 3, "a") },
            one with { Refresh = (1, 2, 4, "a") },
            one with { Refresh = (1, 2, 3, "a b") },
            one with { Refresh = (1, 2, 3, "a"), Details = """[{"type":"a"}]""" },
        ];

        Assert.Equal(others.Length + 1, others.Append(one).Select(KeyOf).Distinct().Count());
        Assert.Equal(KeyOf(one), KeyOf(one with { Targets = [.. one.Targets] }));
    }

    [Fact]
    public void Fault_Z17_Handles_with_a_common_beginning_do_not_meet()
    {
        var one = new Members("web", 0, TokenTypeIdentifiers.Jwt, ["geo"], null, TokenTypeIdentifiers.Jwt);

        Assert.Equal(64, Enumerable.Range(0, 64).Select(bit => KeyOf(one with { Handle = 1UL << bit })).Distinct().Count());
    }

    [Fact]
    public void Fault_Z18_Fields_that_hold_a_separator_do_not_meet()
    {
        var one = new Members("a|b", 1, TokenTypeIdentifiers.Jwt, ["c"], null, TokenTypeIdentifiers.Jwt);

        Assert.NotEqual(KeyOf(one), KeyOf(one with { Client = "a", Targets = ["b|c"] }));
        Assert.NotEqual(KeyOf(one), KeyOf(one with { Client = "a", Targets = ["b", "c"] }));
        Assert.NotEqual(KeyOf(one with { Targets = ["a|b", "c"] }), KeyOf(one with { Targets = ["a", "b|c"] }));
        Assert.NotEqual(KeyOf(one with { Targets = ["a", "b"] }), KeyOf(one with { Targets = ["ab"] }));
        Assert.NotEqual(KeyOf(one with { Targets = ["a b"] }), KeyOf(one with { Targets = ["a"], Scope = "b" }));
    }

    /// <summary>Whoever issues two assertions of one ID must not get the answer of the one for the other.</summary>
    [Fact]
    public void The_claims_of_an_assertion_stand_beside_its_handle()
    {
        string[] claims = ["{}", """{"country":"NO"}""", """{"country":"SE"}"""];

        Assert.Equal(3, claims.Select(text => CacheKey.Of(Command(Sample) with { Subject = Token(1, TokenTypeIdentifiers.Saml2, JsonElement.Parse(text)) }, Secret)).Distinct().Count());
    }

    [Fact]
    public void Another_cluster_has_other_keys() => Assert.NotEqual(
        CacheKey.Of(Command(Sample), Secret), CacheKey.Of(Command(Sample), ClusterSecret.Generate()));

    /// <summary>Who adds a member must say here how the key covers it; and then the members above want it too.</summary>
    [Fact]
    public void Every_member_is_in_the_key_or_determined_by_what_is()
    {
        MustBe(
            typeof(ExchangeCommand),
            inKey: ["Client", "Grant", "Subject", "Actor", "Confirmation", "CertificateThumbprint", "Targets", "RequestedScope", "RequestedDetails", "RequestedTokenType", "Refresh"],
            byHandle: []);
        MustBe(typeof(RefreshFamily), inKey: ["Handle", "StartedAt", "Until", "Scope", "AuthorizationDetails"], byHandle: []);
        MustBe(
            typeof(ValidatedToken),
            inKey: ["Handle", "TokenType"],
            byHandle: ["Issuer", "Subject", "Audiences", "ClientId", "Scope", "ExpiresAt", "IssuedAt", "Root", "Lineage", "Claims"]);
    }

    private static readonly Members Sample = new("web", 1, TokenTypeIdentifiers.Jwt, ["geo"], null, TokenTypeIdentifiers.Jwt);

    private static void MustBe(Type type, string[] inKey, string[] byHandle) => Assert.Equal(
        inKey.Concat(byHandle).Order(StringComparer.Ordinal),
        type.GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal));

    private static CacheKey KeyOf(Members members) => CacheKey.Of(Command(members), Secret);

    private static ExchangeCommand Command(Members members) => new()
    {
        Client = members.Client,
        Grant = members.Grant,
        Subject = Token(members.Handle, members.TokenType),
        Actor = members.Actor is { } actor ? Token(actor.Handle, actor.TokenType) : null,
        Confirmation = members.Thumbprint is { } thumbprint ? Confirmation.OfKey(thumbprint) : null,
        CertificateThumbprint = members.Certificate,
        Targets = [.. members.Targets],
        RequestedScope = members.Scope is null ? null : ScopeSet.Of(members.Scope.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
        RequestedDetails = members.Details is { } json && AuthorizationDetails.TryParse(json, out var details) ? details : null,
        RequestedTokenType = members.RequestedType,
        Refresh = members.Refresh is var (handle, started, until, ceiling)
            ? new RefreshFamily(new TokenHandle(handle), At(started), At(until), ScopeSet.Of(ceiling.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            : null,
    };

    private static DateTimeOffset At(long second) => DateTimeOffset.FromUnixTimeSeconds(second);

    private static ValidatedToken Token(UInt128 handle, string type, JsonElement claims = default) => new()
    {
        TokenType = type,
        Issuer = "i",
        Subject = "s",
        Audiences = ["a"],
        ClientId = null,
        Scope = ScopeSet.Empty,
        ExpiresAt = DateTimeOffset.UnixEpoch,
        IssuedAt = null,
        Handle = new TokenHandle(handle),
        Root = new RootSubject("i", "s", null, null, new TokenHandle(handle)),
        Lineage = null,
        Claims = claims,
    };

    private static Gen<string?> OneOf(params string?[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    private sealed record Members(
        string Client, UInt128 Handle, string TokenType, string[] Targets, string? Scope, string RequestedType, Grants Grant = Grants.TokenExchange)
    {
        public (UInt128 Handle, string TokenType)? Actor { get; init; }

        public string? Thumbprint { get; init; }

        public string? Certificate { get; init; }

        public string? Details { get; init; }

        public (UInt128 Handle, long StartedAt, long Until, string Scope)? Refresh { get; init; }

        /// <summary>A copy that takes the members whose bits are set from <paramref name="other"/>.</summary>
        public Members With(Members other, int bits) => new(
            (bits & 1) == 0 ? Client : other.Client,
            (bits & 2) == 0 ? Handle : other.Handle,
            (bits & 4) == 0 ? TokenType : other.TokenType,
            (bits & 8) == 0 ? Targets : other.Targets,
            (bits & 16) == 0 ? Scope : other.Scope,
            (bits & 32) == 0 ? RequestedType : other.RequestedType,
            (bits & 64) == 0 ? Grant : other.Grant)
        {
            Actor = (bits & 128) == 0 ? Actor : other.Actor,
            Thumbprint = (bits & 256) == 0 ? Thumbprint : other.Thumbprint,
            Details = (bits & 512) == 0 ? Details : other.Details,
            Refresh = (bits & 1024) == 0 ? Refresh : other.Refresh,
            Certificate = (bits & 2048) == 0 ? Certificate : other.Certificate,
        };

        public bool AreThoseOf(Members other) =>
            this with { Targets = other.Targets } == other && Targets.SequenceEqual(other.Targets, StringComparer.Ordinal);
    }
}
