using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Subjects.Wire;

/// <summary>
/// <see cref="ExchangeCommand"/> between silos: the Domain knows nothing of Orleans, so what crosses the wire is written
/// down here. A member left out would silently change decisions of remote grains; a test compares every one.
/// </summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.Command")]
internal struct CommandSurrogate
{
    [Id(0)]
    public string Client;

    [Id(1)]
    public ValidatedTokenRecord Subject;

    [Id(2)]
    public ImmutableArray<string> Targets;

    [Id(3)]
    public string? RequestedScope;

    [Id(4)]
    public string RequestedTokenType;

    [Id(5)]
    public int Grant;

    [Id(6)]
    public ValidatedTokenRecord? Actor;

    [Id(7)]
    public string? KeyThumbprint;

    [Id(8)]
    public RefreshFamilyRecord? Refresh;

    [Id(9)]
    public string? RequestedDetails;

    [Id(10)]
    public string? CertificateThumbprint;
}

[RegisterConverter]
internal sealed class CommandConverter : IConverter<ExchangeCommand, CommandSurrogate>
{
    public ExchangeCommand ConvertFromSurrogate(in CommandSurrogate surrogate) => new()
    {
        Client = surrogate.Client,
        Subject = surrogate.Subject.ToToken(),
        Actor = surrogate.Actor?.ToToken(),
        Targets = surrogate.Targets,
        RequestedScope = surrogate.RequestedScope is { } scope ? ScopeText.Parse(scope) : null,
        RequestedDetails = surrogate.RequestedDetails is { } details ? DetailsText.Parse(details) : null,
        RequestedTokenType = surrogate.RequestedTokenType,
        Grant = (Grants)surrogate.Grant,
        Confirmation = surrogate.KeyThumbprint is { } thumbprint ? Confirmation.OfKey(thumbprint) : null,
        Refresh = surrogate.Refresh?.ToFamily(),
        CertificateThumbprint = surrogate.CertificateThumbprint,
    };

    public CommandSurrogate ConvertToSurrogate(in ExchangeCommand value) => new()
    {
        Client = value.Client,
        Subject = ValidatedTokenRecord.Of(value.Subject),
        Actor = value.Actor is { } actor ? ValidatedTokenRecord.Of(actor) : null,
        Targets = value.Targets,
        RequestedScope = value.RequestedScope?.Text,
        RequestedDetails = value.RequestedDetails?.Text,
        RequestedTokenType = value.RequestedTokenType,
        Grant = (int)value.Grant,
        KeyThumbprint = value.Confirmation?.Thumbprint,
        Refresh = value.Refresh is { } refresh ? RefreshFamilyRecord.Of(refresh) : null,
        CertificateThumbprint = value.CertificateThumbprint,
    };
}

/// <summary><see cref="RefreshFamily"/> between silos.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.RefreshFamily")]
internal struct RefreshFamilyRecord
{
    [Id(0)]
    public UInt128 Handle;

    [Id(1)]
    public DateTimeOffset StartedAt;

    [Id(2)]
    public DateTimeOffset Until;

    [Id(3)]
    public string Scope;

    [Id(4)]
    public string? AuthorizationDetails;

    public static RefreshFamilyRecord Of(RefreshFamily family) => new()
    {
        Handle = family.Handle.Value,
        StartedAt = family.StartedAt,
        Until = family.Until,
        Scope = family.Scope.Text,
        AuthorizationDetails = family.AuthorizationDetails.Text,
    };

    public readonly RefreshFamily ToFamily() => new(new TokenHandle(Handle), StartedAt, Until, ScopeText.Parse(Scope))
    {
        AuthorizationDetails = DetailsText.Parse(AuthorizationDetails ?? "[]"),
    };
}

/// <summary><see cref="ValidatedToken"/>, claims as UTF-8 JSON.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.ValidatedToken")]
internal struct ValidatedTokenRecord
{
    [Id(0)]
    public string TokenType;

    [Id(1)]
    public string Issuer;

    [Id(2)]
    public string Subject;

    [Id(3)]
    public ImmutableArray<string> Audiences;

    [Id(4)]
    public string? ClientId;

    [Id(5)]
    public string Scope;

    [Id(6)]
    public DateTimeOffset ExpiresAt;

    [Id(7)]
    public DateTimeOffset? IssuedAt;

    [Id(8)]
    public UInt128 Handle;

    [Id(9)]
    public RootSubjectRecord Root;

    [Id(10)]
    public LineageRecord? Lineage;

    [Id(11)]
    public byte[] Claims;

    public static ValidatedTokenRecord Of(ValidatedToken token) => new()
    {
        TokenType = token.TokenType,
        Issuer = token.Issuer,
        Subject = token.Subject,
        Audiences = token.Audiences,
        ClientId = token.ClientId,
        Scope = token.Scope.Text,
        ExpiresAt = token.ExpiresAt,
        IssuedAt = token.IssuedAt,
        Handle = token.Handle.Value,
        Root = RootSubjectRecord.Of(token.Root),
        Lineage = token.Lineage is { } lineage ? LineageRecord.Of(lineage) : null,
        Claims = JsonMarshal.GetRawUtf8Value(token.Claims).ToArray(),
    };

    public readonly ValidatedToken ToToken() => new()
    {
        TokenType = TokenType,
        Issuer = Issuer,
        Subject = Subject,
        Audiences = Audiences,
        ClientId = ClientId,
        Scope = ScopeText.Parse(Scope),
        ExpiresAt = ExpiresAt,
        IssuedAt = IssuedAt,
        Handle = new TokenHandle(Handle),
        Root = Root.ToRoot(),
        Lineage = Lineage?.ToLineage(),
        Claims = JsonElement.Parse(Claims),
    };
}
