using System.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Grains.Tests.Replication;
using ExchangeCluster.Grains.Tests.Subjects.Wire;
using ExchangeCluster.Protocol;
using ExchangeCluster.StoreKit;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Golden;

/// <summary>Makes a store that holds something of every kind, by way of everything that writes.</summary>
internal static class StoreRecording
{
    private const string Login = "https://login.shop.example";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<StoreImage> MakeAsync()
    {
        var (clock, key) = (new SplitClock(), KeyEncryptionKey.Generate());
        var store = new InMemoryClusterStore(clock);
        await using var silo = await new TestSilo(store, key, clock).StartAsync();
        await silo.PublishAsync(Policy(revision: 1, from: "[web, mobile]"));
        await silo.PublishAsync(Policy(revision: 2, from: "web"));
        await PublishKeysAsync(silo, LogNames.IssuerKeys, Login, clock.GetUtcNow());
        await PublishKeysAsync(silo, LogNames.ClientKeys, "mobile", clock.GetUtcNow());

        var secret = silo.State.Current!.KeyRing.Secret;
        await RevokeAsync(silo, secret);
        await silo.Revocations.WithdrawKeyAsync(silo.State.Current!.KeyRing.SigningKeyFor("ES256", clock.GetUtcNow()).KeyId, Cancelled);
        await silo.SpentOnce.TrySpendAsync("client-assertion", "web", "spent-jti", clock.GetUtcNow().AddMinutes(5), Cancelled);
        var opaque = await silo.References.KeepAsync(new SensitiveText("a.b.c"), clock.GetUtcNow().AddHours(1), secret, Cancelled);
        var lineage = WireSamples.Command.Subject.Lineage!;
        var refresh = await silo.RefreshTokens.StartAsync(
            WireSamples.Command, lineage, WireSamples.Issued, clock.GetUtcNow().AddDays(1), secret, Cancelled);
        await silo.CatchUpAsync();

        await store.RegisterAsync("reader", TimeSpan.FromDays(1), Cancelled);
        var all = await store.ConfirmAsync("reader", new Dictionary<string, long>(StringComparer.Ordinal), TimeSpan.FromDays(1), Cancelled);
        var image = new StoreImage
        {
            Key = key.RevealBase64(),
            Heads = new(all.Heads, StringComparer.Ordinal),
            Records = all.Records,
            Kept =
            [
                await KeptAsync(store, "opaque-token", opaque.StoredName),
                await KeptAsync(store, "refresh-token", refresh.FamilyName),
            ],
            Spent = [.. store.Spent.Select(spent => new StoreImage.SpentId(spent.Kind, spent.Id))],
            Opaque = opaque.Text.Reveal(),
            RefreshToken = refresh.Text.Reveal(),
            Lineage = LineageCodec.Encrypt(lineage, secret, StoreImage.LineageOf),
            Lines = [],
        };
        return image with { Lines = await DescribeAsync(silo, image) };
    }

    /// <summary>What a silo makes of it.</summary>
    public static async Task<IReadOnlyList<string>> DescribeAsync(TestSilo silo, StoreImage image)
    {
        var state = silo.State.Current!;
        var secret = state.KeyRing.Secret;
        var refresh = await silo.RefreshTokens.FindAsync(new SensitiveText(image.RefreshToken), secret, Cancelled);
        Assert.True(LineageCodec.TryDecrypt(image.Lineage, secret, StoreImage.LineageOf, out var lineage));
        return
        [
            .. ObjectGraph.Lines(state.Policy.Revision, "policy.revision"),
            .. ObjectGraph.Lines(state.Withdrawals.All, "withdrawals"),
            .. ObjectGraph.Lines(state.Revocations.Entries.OrderBy(entry => entry.Epoch), "revocations"),
            .. ObjectGraph.Lines(Encoding.UTF8.GetString(state.KeyRing.Jwks.Span), "jwks"),
            .. ObjectGraph.Lines(state.KeyRing.Keys.Select(ring => ring.SignsFrom), "signs"),
            .. DescribeKeys(state.IssuerKeys[Login], "issuer-keys"),
            .. DescribeKeys(state.ClientKeys["mobile"], "client-keys"),
            .. ObjectGraph.Lines(await silo.References.FindAsync(new SensitiveText(image.Opaque), secret, Cancelled), "opaque"),
            .. ObjectGraph.Lines(refresh?.Command, "refresh.command"),
            .. ObjectGraph.Lines(refresh?.Lineage, "refresh.lineage"),
            .. ObjectGraph.Lines(refresh?.IsCurrent, "refresh.is-current"),
            .. ObjectGraph.Lines(lineage, "lineage"),
            .. ObjectGraph.Lines(await silo.SpentOnce.TrySpendAsync("client-assertion", "web", "spent-jti", default, Cancelled), "spends again"),
        ];
    }

    private static IEnumerable<string> DescribeKeys(KeySet keys, string path) =>
    [
        .. ObjectGraph.Lines(keys.Keys.Select(key => key.KeyId), path), .. ObjectGraph.Lines(keys.FetchedAt, path), .. ObjectGraph.Lines(keys.MaxAge, path),
    ];

    private static string Policy(int revision, string from) => $$"""
        revision: {{revision}}
        issuer: https://sts.shop.example
        trusted_issuers:
          - { issuer: {{Login}}, audiences: [https://web.shop.example], max_lifetime: 1h }
        services:
          web: { domain: shop, audience: https://web.shop.example, scopes: [browse] }
          mobile: { domain: shop, audience: https://mobile.shop.example, scopes: [browse] }
          orders:
            domain: shop
            audience: https://orders.shop.example
            scopes: [browse]
            accepts:
              - { from: {{from}}, scopes: [browse] }
        """;

    private static Task PublishKeysAsync(TestSilo silo, string log, string owner, DateTimeOffset now) => silo.KeySets.PublishAsync(
        log, owner, new TestIssuer(owner).Jwks, now, TimeSpan.FromHours(24), Cancelled);

    /// <summary>One of each kind, cut-offs and blocks.</summary>
    private static async Task RevokeAsync(TestSilo silo, ClusterSecret secret)
    {
        var by = new Revoker("web", "somebody");
        RevocationTarget[] targets =
        [
            RevocationTarget.Token(new TokenHandle(7)), RevocationTarget.Subject(Login, "alice", secret), RevocationTarget.Session(Login, "session", secret),
            RevocationTarget.Client("web"), RevocationTarget.Issuer(Login), RevocationTarget.Edge("web", "orders"), RevocationTarget.All,
        ];
        await silo.Revocations.RevokeAsync(targets, isBlock: false, by, Cancelled);
        await silo.Revocations.RevokeAsync(targets[..6], isBlock: true, by, Cancelled);
    }

    private static async Task<StoreImage.KeptValue> KeptAsync(InMemoryClusterStore store, string kind, string id) =>
        new(kind, id, (await store.GetAsync(kind, id, Cancelled))!.Value.ToArray());
}
