using System.Collections.Immutable;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>What a token has in common with those that other subjects got by the same rule: held once for all of them.</summary>
internal sealed class TokenShape : IEquatable<TokenShape>
{
    /// <summary>Of a JWT; null where the token's text is a reference.</summary>
    public required TokenFrame? Frame { get; init; }

    /// <summary>As <see cref="IssuedToken.IssuedTokenType"/>.</summary>
    public required string IssuedTokenType { get; init; }

    /// <summary>As <see cref="IssuedToken.TokenType"/>.</summary>
    public required string TokenType { get; init; }

    /// <summary>As <see cref="IssuedToken.Scope"/>.</summary>
    public required ScopeSet Scope { get; init; }

    /// <summary>As <see cref="IssuedToken.AuthorizationDetails"/>.</summary>
    public required AuthorizationDetails Details { get; init; }

    /// <summary>As <see cref="Issuance.Rules"/>.</summary>
    public required ImmutableArray<string> Rules { get; init; }

    /// <summary>As <see cref="Issuance.ExpiresBy"/>.</summary>
    public required string ExpiresBy { get; init; }

    /// <summary>As <see cref="Issuance.Elevations"/>.</summary>
    public required ImmutableArray<string> Elevations { get; init; }

    public required string Client { get; init; }

    public required ImmutableArray<string> Targets { get; init; }

    public static TokenShape Of(FreshToken fresh, TokenFrame? frame) => new()
    {
        Frame = frame,
        IssuedTokenType = fresh.Token.IssuedTokenType,
        TokenType = fresh.Token.TokenType,
        Scope = fresh.Token.Scope,
        Details = fresh.Token.AuthorizationDetails,
        Rules = fresh.Issuance.Rules,
        ExpiresBy = fresh.Issuance.ExpiresBy,
        Elevations = fresh.Issuance.Elevations,
        Client = fresh.Client,
        Targets = fresh.Targets,
    };

    public bool Equals(TokenShape? other) =>
        other is not null
        && Frame == other.Frame
        && IssuedTokenType == other.IssuedTokenType
        && TokenType == other.TokenType
        && Scope.Text == other.Scope.Text
        && Details.Text == other.Details.Text
        && Rules.AsSpan().SequenceEqual(other.Rules.AsSpan())
        && ExpiresBy == other.ExpiresBy
        && Elevations.AsSpan().SequenceEqual(other.Elevations.AsSpan())
        && Client == other.Client
        && Targets.AsSpan().SequenceEqual(other.Targets.AsSpan());

    public override bool Equals(object? obj) => Equals(obj as TokenShape);

    public override int GetHashCode() => HashCode.Combine(Client, Rules[0], Targets[0], Scope.Text, IssuedTokenType, Frame?.Header);
}
