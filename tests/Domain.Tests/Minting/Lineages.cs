using CsCheck;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Tests.Minting;

/// <summary>Lineages to encode: one that never changes, and random ones.</summary>
internal static class Lineages
{
    public const string JwtId = "AAECAwQFBgcICQoLDA0ODw";

    public static readonly byte[] SecretBytes = [.. Enumerable.Range(0, ClusterSecret.Size).Select(i => (byte)i)];

    public static readonly ClusterSecret Secret = new(SecretBytes);

    public static readonly Lineage Full = new()
    {
        Root = new RootSubject(
            "https://login.shop.example", "älice", "s-1", DateTimeOffset.FromUnixTimeMilliseconds(1_900_000_000_123), new TokenHandle(1)),
        Actors = [new RootSubject("https://login.shop.example", "batch", null, null, new TokenHandle(2))],
        Ancestors = [new TokenHandle(1), new TokenHandle(2), new TokenHandle(UInt128.MaxValue)],
        Hops = [new Hop("web", "orders"), new Hop("orders", "geolocation")],
        Elevations = [new Elevation("locate", "geolocation")],
        PolicyRevision = 12,
        RevocationIncarnation = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        RevocationEpoch = 42,
    };


    private static readonly Gen<string> Text = Gen.String[Gen.Char["ab|:/é\u0301\0"], 0, 12];

    private static readonly Gen<TokenHandle> Handle =
        Gen.Select(Gen.ULong, Gen.ULong, (high, low) => new TokenHandle(new UInt128(high, low)));

    private static readonly Gen<RootSubject> Root = Gen.Select(
        Text, Text, Gen.Null(Text), Gen.Long[0, 4_000_000_000_000].Nullable(), Handle,
        (issuer, subject, session, issuedAt, handle) => new RootSubject(
            issuer, subject, session, issuedAt is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null, handle));

    public static readonly Gen<Lineage> Any = Gen.Select(
        Root,
        Root.Array[0, 3],
        Handle.Array[1, Lineage.MaxAncestors],
        Gen.Select(Text, Text, (client, target) => new Hop(client, target)).Array[1, Lineage.MaxHops],
        Gen.Select(Text, Text, (scope, by) => new Elevation(scope, by)).Array[0, Lineage.MaxElevations],
        Gen.Select(
            Gen.Long, Gen.Guid, Gen.Long, Gen.Long[0, 4_000_000_000_000].Nullable(),
            Gen.Select(Text, Text, (client, target) => new Hop(client, target)).Array[0, Lineage.MaxReuses]),
        (root, actors, ancestors, hops, elevations, state) => new Lineage
        {
            Root = root,
            Actors = [.. actors],
            Ancestors = [.. ancestors],
            Hops = [.. hops],
            Elevations = [.. elevations],
            PolicyRevision = state.Item1,
            RevocationIncarnation = state.Item2,
            RevocationEpoch = state.Item3,
            Reuses = [.. state.Item5],
            RefreshUntil = state.Item4 is { } ms ? DateTimeOffset.FromUnixTimeMilliseconds(ms) : null,
        });

    public static void MustEqual(Lineage expected, Lineage actual)
    {
        Xunit.Assert.Equal(expected.Root, actual.Root);
        Xunit.Assert.Equal(expected.Actors, actual.Actors);
        Xunit.Assert.Equal(expected.Ancestors, actual.Ancestors);
        Xunit.Assert.Equal(expected.Hops, actual.Hops);
        Xunit.Assert.Equal(expected.Elevations, actual.Elevations);
        Xunit.Assert.Equal(expected.PolicyRevision, actual.PolicyRevision);
        Xunit.Assert.Equal(expected.RevocationIncarnation, actual.RevocationIncarnation);
        Xunit.Assert.Equal(expected.RevocationEpoch, actual.RevocationEpoch);
        Xunit.Assert.Equal(expected.RefreshUntil, actual.RefreshUntil);
        Xunit.Assert.Equal(expected.Reuses, actual.Reuses);
    }
}
