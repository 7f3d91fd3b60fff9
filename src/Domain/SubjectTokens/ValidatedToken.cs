using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// A token that passed every check: signature, issuer, type, times, audience and claim shapes. Only
/// <see cref="SubjectTokenValidator"/> makes one from a token.
/// </summary>
public sealed class ValidatedToken
{
    /// <summary>One of <see cref="TokenTypeIdentifiers"/>: what the caller declared and the token is.</summary>
    public required string TokenType { get; init; }

    public required string Issuer { get; init; }

    public required string Subject { get; init; }

    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>The client it was issued to: <c>client_id</c>, else <c>azp</c>, else null.</summary>
    public required string? ClientId { get; init; }

    public required ScopeSet Scope { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset? IssuedAt { get; init; }

    public required TokenHandle Handle { get; init; }

    /// <summary>Where the chain began: for a foreign token itself, for one of our own what its lineage says.</summary>
    public required RootSubject Root { get; init; }

    /// <summary>Null for a foreign token.</summary>
    public required Lineage? Lineage { get; init; }

    /// <summary>The whole claims set, a JSON object without duplicate members. Without our own lineage claim and the tokens it carries.</summary>
    public required JsonElement Claims { get; init; }

    /// <summary>Hides the claims.</summary>
    public override string ToString() => $"ValidatedToken({Handle})";
}

/// <summary>The first token of a chain: the person or workload, as the trusted issuer named it.</summary>
/// <param name="Issuer">Its <c>iss</c>.</param>
/// <param name="Subject">Its <c>sub</c>.</param>
/// <param name="Session">Its <c>sid</c>, if any.</param>
/// <param name="IssuedAt">Its <c>iat</c>, if any: cut-offs of the issuer's subjects compare with it.</param>
/// <param name="Handle">Its identity.</param>
public sealed record RootSubject(string Issuer, string Subject, string? Session, DateTimeOffset? IssuedAt, TokenHandle Handle)
{
    /// <summary>Hides the subject.</summary>
    public override string ToString() => $"RootSubject({Handle})";
}
