using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>What an audit tells of an issued token beyond the token's own members: where it came from, and what limited it.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.Issuance")]
public sealed class Issuance
{
    /// <summary>The token's handle.</summary>
    [Id(0)]
    public required string Token { get; init; }

    /// <summary>Names of the rules that matched, one a target.</summary>
    [Id(1)]
    public required ImmutableArray<string> Rules { get; init; }

    /// <summary>Name of the <see cref="ExpirySource"/>.</summary>
    [Id(2)]
    public required string ExpiresBy { get; init; }

    /// <summary>Each as <c>scope by service</c>.</summary>
    [Id(3)]
    public required ImmutableArray<string> Elevations { get; init; }

    /// <summary>The tokens within it, on all levels.</summary>
    [Id(4)]
    public required ImmutableArray<EmbeddedIssuance> Embedded { get; init; }

    internal static Issuance Of(Decision.Granted granted, MintedToken minted) => new()
    {
        Token = minted.Handle.ToString(),
        Rules = granted.Rules,
        ExpiresBy = SnakeCase.Of(granted.ExpiresBy),
        Elevations = [.. granted.Elevations.Select(elevation => $"{elevation.Scope} by {elevation.By}")],
        Embedded = EmbeddedIn(minted.Carried),
    };

    internal static ImmutableArray<EmbeddedIssuance> EmbeddedIn(ImmutableArray<CarriedToken> carried) => carried.IsEmpty ? [] :
    [
        .. carried.Select(token => new EmbeddedIssuance
        {
            Client = token.Lineage.Hops[^1].Client,
            Target = token.Lineage.Hops[^1].Target,
            Token = token.Handle.ToString(),
        }),
    ];
}

/// <summary>A token within another: decided as if the client had exchanged it.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.EmbeddedIssuance")]
public sealed class EmbeddedIssuance
{
    [Id(0)]
    public required string Client { get; init; }

    [Id(1)]
    public required string Target { get; init; }

    /// <summary>Its handle.</summary>
    [Id(2)]
    public required string Token { get; init; }
}
