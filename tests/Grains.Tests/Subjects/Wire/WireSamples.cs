using System.Text.Json;
using ExchangeCluster.Contracts;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects.Wire;

/// <summary>One message of each type that crosses between silos or from a client, every member filled.</summary>
internal static class WireSamples
{
    /// <summary>Stands in every member that may hold a token, a secret or a subject.</summary>
    public const string Canary = "canary-7f3a";

    private static readonly DateTimeOffset Time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly RootSubject Root = new("https://login", Canary, "session", Time.AddMinutes(-2), new TokenHandle(11));

    private static readonly AuthorizationDetails Details =
        AuthorizationDetails.Of([JsonElement.Parse($$"""{"type":"payment","identifier":"{{Canary}}"}""")]);

    public static readonly ExchangeCommand Command = new()
    {
        Client = "web",
        Grant = Grants.ClientCredentials,
        Subject = Token(new TokenHandle(new UInt128(ulong.MaxValue, 7))),
        Actor = Token(new TokenHandle(14)),
        Confirmation = Confirmation.OfKey(Canary),
        CertificateThumbprint = "certificate",
        Targets = ["geolocation", "orders"],
        RequestedScope = ScopeSet.Of("browse"),
        RequestedDetails = Details,
        RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        Refresh = new RefreshFamily(new TokenHandle(15), Time, Time.AddDays(30), ScopeSet.Of("browse")) { AuthorizationDetails = Details },
    };

    public static readonly IssuedToken Issued = new()
    {
        Token = new SensitiveText(Canary),
        IssuedTokenType = TokenTypeIdentifiers.AccessToken,
        TokenType = AccessTokenTypes.Bearer,
        Scope = ScopeSet.Of("browse"),
        AuthorizationDetails = Details,
        IssuedAt = Time,
        ExpiresAt = Time.AddMinutes(1),
    };

    private static readonly Issuance Issuance = new()
    {
        Token = "handle",
        Rules = ["orders/accepts[0]"],
        ExpiresBy = "rule",
        Elevations = ["locate by geolocation"],
        Embedded = [new EmbeddedIssuance { Client = "orders", Target = "geolocation", Token = "other" }],
    };

    public static TheoryData<string, object> All { get; } = new()
    {
        { nameof(ExchangeMessage), Message() },
        { nameof(ExchangeReply), Reply() },
        {
            nameof(SharingPlanMessage),
            new SharingPlanMessage { ClientId = "web", ClientSecret = Canary, ClientAssertion = Canary, KnownRevision = 7 }
        },
        { nameof(SharingPlanReply), new SharingPlanReply { PolicyRevision = 7, Plan = [1, 2], Error = ErrorCodes.InvalidClient } },
        { nameof(SubjectRequest), new SubjectRequest { Command = Command, Versions = new StateVersions(1, 2, 3, 4, 5) { Incarnation = new Guid("7f1c2c1e-8f4b-4a57-9f43-2d0a3d6f1a12") } } },
        {
            nameof(SubjectReply.Issued),
            new SubjectReply.Issued { Token = Issued, Rules = ["orders/accepts[0]"], FromCache = true, KeptUntil = DateTimeOffset.UnixEpoch, Issuance = Issuance }
        },
        {
            nameof(SubjectReply.Refused),
            new SubjectReply.Refused { Refusal = new Refusal(RefusalReason.ScopeNotGranted, "detail") { StepUp = new StepUp(["gold"], 300) } }
        },
        { nameof(SubjectReply.Stale), new SubjectReply.Stale() },
        { nameof(RuleUse), Use() },
    };

    private static ExchangeMessage Message() => new()
    {
        ClientId = "web",
        ClientSecret = Canary,
        ClientAssertion = Canary,
        SubjectToken = Canary,
        SubjectTokenType = TokenTypeIdentifiers.Jwt,
        ActorToken = Canary,
        ActorTokenType = TokenTypeIdentifiers.Jwt,
        RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        Audience = ["orders"],
        Resource = ["https://orders"],
        Scope = "browse",
        AuthorizationDetails = Details.Text,
        DpopProof = Canary,
    };

    private static ExchangeReply Reply() => new()
    {
        AccessToken = Canary,
        IssuedTokenType = TokenTypeIdentifiers.AccessToken,
        TokenType = AccessTokenTypes.Bearer,
        ExpiresInSeconds = 60,
        Scope = "browse",
        AuthorizationDetails = Details.Text,
        Error = ErrorCodes.InvalidRequest,
        ErrorDescription = "description",
        AcrValues = "gold",
        MaxAgeSeconds = 300,
        DpopNonce = "nonce",
    };

    private static ValidatedToken Token(TokenHandle handle) => new()
    {
        TokenType = TokenTypeIdentifiers.Jwt,
        Issuer = "https://sts",
        Subject = Canary,
        Audiences = ["https://web", "https://orders"],
        ClientId = "spa",
        Scope = ScopeSet.Of("browse", "orders.place"),
        ExpiresAt = Time.AddMinutes(5),
        IssuedAt = Time,
        Handle = handle,
        Root = Root,
        Lineage = new Lineage
        {
            Root = Root,
            Ancestors = [new TokenHandle(11), new TokenHandle(12)],
            Hops = [new Hop("web", "orders")],
            Elevations = [new Elevation("locate", "geolocation")],
            PolicyRevision = 12,
            RevocationIncarnation = new Guid("7f1c2c1e-8f4b-4a57-9f43-2d0a3d6f1a11"),
            RevocationEpoch = 99,
            RefreshUntil = Time.AddDays(30),
            Reuses = [new Hop("orders", "catalog")],
            Actors = [new RootSubject("https://login", "gateway", "actor-session", Time, new TokenHandle(13))],
        },
        Claims = JsonElement.Parse($$"""{"sub":"{{Canary}}","n":1.0e2,"a":[null,true,{"ø":"\u00f8"}]}"""),
    };

    private static RuleUse Use() => new()
    {
        Rules = ["orders/accepts[0]"],
        Client = "web",
        Targets = ["orders"],
        IssuedAt = Time,
        ExpiresAt = Time.AddMinutes(1),
        Answers = 3,
    };
}
