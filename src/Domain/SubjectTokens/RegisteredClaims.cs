using System.Collections.Immutable;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>The registered claims of a token, each of the right shape (RFC 7519 section 4.1, RFC 8693 section 4).</summary>
internal sealed class RegisteredClaims
{
    public required string Subject { get; init; }

    public required ImmutableArray<string> Audiences { get; init; }

    public required string? ClientId { get; init; }

    public required ScopeSet Scope { get; init; }

    public required string? JwtId { get; init; }

    public required string? Session { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required DateTimeOffset? NotBefore { get; init; }
}
