using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Tests.Minting;

/// <summary>A ring, a foreign subject token and a decision that need no policy and no signature check.</summary>
internal static class MintingFixture
{
    public static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(1_900_000_000);

    public static readonly KeyRing Ring = KeyRing.Create(KeyRotation.Plan(null, Now, new KeyRotationSettings()));

    public static readonly MintContext Context = new("https://sts.shop.example", 12, new Guid("00112233-4455-6677-8899-aabbccddeeff"), 42);

    public static RootSubject Root(string subject = "alice", string issuer = "https://login.shop.example") =>
        new(issuer, subject, "session-1", Now.AddSeconds(-10), new TokenHandle(7));

    public static ValidatedToken SubjectToken(RootSubject? root = null, TokenHandle? handle = null, Lineage? lineage = null)
    {
        root ??= Root();
        return new ValidatedToken
        {
            TokenType = TokenTypeIdentifiers.AccessToken,
            Issuer = root.Issuer,
            Subject = root.Subject,
            Audiences = ["https://web.shop.example"],
            ClientId = "web",
            Scope = ScopeSet.Of("browse", "orders.place"),
            ExpiresAt = Now.AddMinutes(10),
            IssuedAt = Now.AddSeconds(-10),
            Handle = handle ?? root.Handle,
            Root = root,
            Lineage = lineage,
            Claims = JsonDocument.Parse("{}").RootElement,
        };
    }

    public static ExchangeCommand Command(
        ValidatedToken? subject = null,
        string requestedTokenType = TokenTypeIdentifiers.AccessToken,
        ValidatedToken? actor = null,
        params string[] targets) => new()
        {
            Client = "web",
            Subject = subject ?? SubjectToken(),
            Actor = actor,
            Targets = targets.Length == 0 ? ["orders"] : [.. targets],
            RequestedScope = null,
            RequestedTokenType = requestedTokenType,
        };

    public static Decision.Granted Granted(
        string algorithm = "ES256",
        string? subject = "alice",
        ImmutableArray<string>? audiences = null,
        string scope = "browse",
        DateTimeOffset? expiresAt = null,
        params (string Name, string Json)[] claims) => new()
        {
            Rules = ["orders/accepts[0]"],
            Audiences = audiences ?? ["https://orders.shop.example"],
            Scope = ScopeSet.TryParse(scope, out var parsed) ? parsed : throw new ArgumentException("scope", nameof(scope)),
            Elevations = [new Elevation("locate", "geolocation")],
            Subject = subject,
            Claims = [.. claims.Select(c => KeyValuePair.Create(c.Name, JsonDocument.Parse(c.Json).RootElement))],
            ExpiresAt = expiresAt ?? Now.AddMinutes(5),
            SigningAlgorithm = algorithm,
        };
}
