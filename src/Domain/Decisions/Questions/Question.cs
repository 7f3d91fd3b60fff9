using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions.Questions;

/// <summary>
/// What would be decided: everything that rules read of an exchange, without any token. An operator writes one by hand, and past
/// decisions are recorded as such, so that another policy can be asked the same. Nothing is ever minted for it.
/// </summary>
public sealed record Question
{
    /// <summary>Name of a service.</summary>
    public required string Client { get; init; }

    public Grants Grant { get; init; } = Grants.TokenExchange;

    /// <summary>Names, audiences or resources of services; at least one.</summary>
    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>Null: none is named.</summary>
    public ScopeSet? Scope { get; init; }

    /// <summary>Null: none are named.</summary>
    public AuthorizationDetails? AuthorizationDetails { get; init; }

    /// <summary>One of <see cref="TokenTypeIdentifiers"/>; null: none is named.</summary>
    public string? RequestedTokenType { get; init; }

    /// <summary>Null for the client's own token, and where a validated token takes its place.</summary>
    public DescribedToken? Subject { get; init; }

    public DescribedToken? Actor { get; init; }

    /// <summary>Thumbprint of the key that the caller proves by DPoP; null: none.</summary>
    public string? KeyThumbprint { get; init; }

    /// <summary>Thumbprint of the caller's certificate; null: none.</summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>The refresh token by which it is decided again; null: none.</summary>
    public DescribedRefresh? Refresh { get; init; }

    /// <summary>When it was asked; null: now.</summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>Hides the claims.</summary>
    public override string ToString() => $"Question({Client})";
}

/// <summary>A token as its claims describe it.</summary>
/// <param name="Type">One of <see cref="TokenTypeIdentifiers"/>.</param>
/// <param name="Claims">A JSON object; what a token must have and this lacks is filled in.</param>
/// <param name="Root">Where the chain of a token of ours began; null: with itself.</param>
/// <param name="Elevations">Of a token of ours.</param>
/// <param name="RefreshUntil">The end of the refresh token by which the chain of a token of ours lives.</param>
public sealed record DescribedToken(
    string Type, JsonElement Claims, DescribedRoot? Root, ImmutableArray<Elevation> Elevations, DateTimeOffset? RefreshUntil)
{
    /// <summary>Hides the claims.</summary>
    public override string ToString() => nameof(DescribedToken);
}

/// <summary>Whose token a chain began with.</summary>
public sealed record DescribedRoot(string Issuer, string Subject)
{
    /// <summary>Hides the subject.</summary>
    public override string ToString() => nameof(DescribedRoot);
}

/// <summary>What a refresh token remembers of its exchange.</summary>
public sealed record DescribedRefresh(DateTimeOffset StartedAt, DateTimeOffset Until, ScopeSet Scope, AuthorizationDetails AuthorizationDetails);
