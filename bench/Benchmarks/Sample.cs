using System.Text.Json;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Benchmarks;

/// <summary>One ordinary exchange: a user of the shop, one target, one scope, one further claim.</summary>
internal static class Sample
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    public static readonly KeyRing Ring = KeyRing.Create(KeyRotation.Plan(null, Now, new KeyRotationSettings()));

    public static readonly MintContext Context = new("https://sts.shop.example", 12, Guid.Empty, 42);

    public static readonly ExchangeCommand Command = new()
    {
        Client = "web",
        Subject = new ValidatedToken
        {
            TokenType = TokenTypeIdentifiers.AccessToken,
            Issuer = "https://login.shop.example",
            Subject = "248289761001",
            Audiences = ["https://web.shop.example"],
            ClientId = "web",
            Scope = ScopeSet.Of("browse", "orders.place"),
            ExpiresAt = Now.AddMinutes(10),
            IssuedAt = Now,
            Handle = new TokenHandle(7),
            Root = new RootSubject("https://login.shop.example", "248289761001", "session-1", Now, new TokenHandle(7)),
            Lineage = null,
            Claims = JsonDocument.Parse("{}").RootElement,
        },
        Targets = ["orders"],
        RequestedScope = ScopeSet.Of("orders.place"),
        RequestedTokenType = TokenTypeIdentifiers.AccessToken,
    };

    public static Decision.Granted Granted(string algorithm) => new()
    {
        Rules = ["orders/accepts[0]"],
        Audiences = ["https://orders.shop.example"],
        Scope = ScopeSet.Of("orders.place"),
        Elevations = [],
        Subject = "248289761001",
        Claims = [KeyValuePair.Create("country", JsonDocument.Parse("\"NO\"").RootElement)],
        ExpiresAt = Now.AddMinutes(5),
        SigningAlgorithm = algorithm,
    };

    public static readonly Lineage Lineage = new()
    {
        Root = Command.Subject.Root,
        Ancestors = [new TokenHandle(7)],
        Hops = [new Hop("web", "orders")],
        Elevations = [],
        PolicyRevision = 12,
        RevocationIncarnation = Guid.Empty,
        RevocationEpoch = 42,
    };
}
