using System.Collections.Immutable;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Embedding;

/// <summary>A token, and what a memory of it needs to know.</summary>
public sealed class MintedToken
{
    public required IssuedToken Token { get; init; }

    public required TokenHandle Handle { get; init; }

    public required Lineage Lineage { get; init; }

    /// <summary>Every token within it, on all levels.</summary>
    public required ImmutableArray<CarriedToken> Carried { get; init; }

    /// <summary>When it or the first of those that it carries expires: then another one is better.</summary>
    public required DateTimeOffset FreshUntil { get; init; }
}

/// <summary>A token within another: a revocation may cover it alone.</summary>
public sealed record CarriedToken(TokenHandle Handle, Lineage Lineage);
