using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Subjects.Wire;

/// <summary><see cref="IssuedToken"/> between silos.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.IssuedToken")]
internal struct IssuedTokenSurrogate
{
    [Id(0)]
    public string Token;

    [Id(1)]
    public string IssuedTokenType;

    [Id(2)]
    public string TokenType;

    [Id(3)]
    public string Scope;

    [Id(4)]
    public DateTimeOffset IssuedAt;

    [Id(5)]
    public DateTimeOffset ExpiresAt;

    [Id(6)]
    public string? AuthorizationDetails;
}

[RegisterConverter]
internal sealed class IssuedTokenConverter : IConverter<IssuedToken, IssuedTokenSurrogate>
{
    public IssuedToken ConvertFromSurrogate(in IssuedTokenSurrogate surrogate) => new()
    {
        Token = new SensitiveText(surrogate.Token),
        IssuedTokenType = surrogate.IssuedTokenType,
        TokenType = surrogate.TokenType,
        Scope = ScopeText.Parse(surrogate.Scope),
        AuthorizationDetails = surrogate.AuthorizationDetails is { } details ? DetailsText.Parse(details) : AuthorizationDetails.Empty,
        IssuedAt = surrogate.IssuedAt,
        ExpiresAt = surrogate.ExpiresAt,
    };

    public IssuedTokenSurrogate ConvertToSurrogate(in IssuedToken value) => new()
    {
        Token = value.Token.Reveal(),
        IssuedTokenType = value.IssuedTokenType,
        TokenType = value.TokenType,
        Scope = value.Scope.Text,
        AuthorizationDetails = value.AuthorizationDetails.IsEmpty ? null : value.AuthorizationDetails.Text,
        IssuedAt = value.IssuedAt,
        ExpiresAt = value.ExpiresAt,
    };
}

/// <summary><see cref="Refusal"/> between silos; the reason by name, so that a new one in the middle moves none.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.Refusal")]
internal struct RefusalSurrogate
{
    [Id(0)]
    public string Reason;

    [Id(1)]
    public string? Detail;

    [Id(2)]
    public string[]? AcrValues;

    [Id(3)]
    public long? MaxAgeSeconds;
}

[RegisterConverter]
internal sealed class RefusalConverter : IConverter<Refusal, RefusalSurrogate>
{
    public Refusal ConvertFromSurrogate(in RefusalSurrogate surrogate) =>
        new(Enum.Parse<RefusalReason>(surrogate.Reason), surrogate.Detail)
        {
            StepUp = surrogate.AcrValues is { } acrValues ? new StepUp([.. acrValues], surrogate.MaxAgeSeconds) : null,
        };

    public RefusalSurrogate ConvertToSurrogate(in Refusal value) =>
        new()
        {
            Reason = value.Reason.ToString(),
            Detail = value.Detail,
            AcrValues = value.StepUp is { } stepUp ? [.. stepUp.AcrValues] : null,
            MaxAgeSeconds = value.StepUp?.MaxAgeSeconds,
        };
}

/// <summary><see cref="StateVersions"/> between silos.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.StateVersions")]
internal struct StateVersionsSurrogate
{
    [Id(0)]
    public long Policy;

    [Id(1)]
    public long Keys;

    [Id(2)]
    public long Revocations;

    [Id(3)]
    public long IssuerKeys;

    [Id(4)]
    public long ClientKeys;

    [Id(5)]
    public Guid Incarnation;
}

[RegisterConverter]
internal sealed class StateVersionsConverter : IConverter<StateVersions, StateVersionsSurrogate>
{
    public StateVersions ConvertFromSurrogate(in StateVersionsSurrogate surrogate) =>
        new(surrogate.Policy, surrogate.Keys, surrogate.Revocations, surrogate.IssuerKeys, surrogate.ClientKeys) { Incarnation = surrogate.Incarnation };

    public StateVersionsSurrogate ConvertToSurrogate(in StateVersions value) => new()
    {
        Policy = value.Policy,
        Keys = value.Keys,
        Revocations = value.Revocations,
        IssuerKeys = value.IssuerKeys,
        ClientKeys = value.ClientKeys,
        Incarnation = value.Incarnation,
    };
}

internal static class ScopeText
{
    /// <summary>Reads <see cref="ScopeSet.Text"/> back, whatever the number of its members.</summary>
    public static ScopeSet Parse(string text) => text.Length == 0 ? ScopeSet.Empty : ScopeSet.Of(text.Split(' '));
}

internal static class DetailsText
{
    /// <summary>Reads <see cref="AuthorizationDetails.Text"/> back, which was well-formed when it was written.</summary>
    public static AuthorizationDetails Parse(string text) =>
        AuthorizationDetails.Of([.. JsonElement.Parse(text).EnumerateArray()]);
}
