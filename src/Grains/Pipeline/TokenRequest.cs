using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>A request to the token endpoint (RFC 6749 section 3.2): one case for each <c>grant_type</c>.</summary>
public abstract class TokenRequest
{
    private TokenRequest()
    {
    }

    /// <summary>What the client must be allowed to use.</summary>
    public abstract Grants Grant { get; }

    /// <summary>RFC 8693 section 2.1.</summary>
    public sealed class Exchange(TokenExchangeRequest request) : TokenRequest
    {
        public override Grants Grant => Grants.TokenExchange;

        public TokenExchangeRequest Request { get; } = request;
    }

    /// <summary>Exchanges of one subject token for one target each (docs/batch-exchange.md).</summary>
    public sealed class Batch(ImmutableArray<TokenExchangeRequest> items) : TokenRequest
    {
        /// <summary>The most exchanges of one request.</summary>
        public const int MaxItems = 16;

        public override Grants Grant => Grants.TokenExchange;

        /// <summary>At least one; they differ in target, scope, details and requested type only.</summary>
        public ImmutableArray<TokenExchangeRequest> Items { get; } = items;
    }

    /// <summary>A token for the subject of another domain's authorization grant (RFC 7523 section 2.1).</summary>
    public sealed class JwtBearer : TokenRequest
    {
        public override Grants Grant => Grants.JwtBearer;

        public required SensitiveText Assertion { get; init; }

        /// <summary>At least one in all, here or in <see cref="Resources"/>.</summary>
        public required ImmutableArray<string> Audiences { get; init; }

        public required ImmutableArray<string> Resources { get; init; }

        /// <summary>Null when the request named no scope.</summary>
        public required ScopeSet? Scope { get; init; }

        /// <summary>Null when the request named no authorization details (RFC 9396).</summary>
        public AuthorizationDetails? AuthorizationDetails { get; init; }
    }

    /// <summary>The exchange of a refresh token, decided again (RFC 6749 section 6).</summary>
    public sealed class Refresh : TokenRequest
    {
        /// <summary>It gives nothing that the exchange would not.</summary>
        public override Grants Grant => Grants.TokenExchange;

        public required SensitiveText RefreshToken { get; init; }

        /// <summary>None, here and in <see cref="Resources"/>: all targets of the exchange (RFC 8707 section 2.2).</summary>
        public required ImmutableArray<string> Audiences { get; init; }

        public required ImmutableArray<string> Resources { get; init; }

        /// <summary>Null when the request named no scope: all that was granted at first.</summary>
        public required ScopeSet? Scope { get; init; }

        /// <summary>Null when the request named no authorization details (RFC 9396): all that were granted at first.</summary>
        public AuthorizationDetails? AuthorizationDetails { get; init; }
    }

    /// <summary>The client's own token for one target (RFC 6749 section 4.4).</summary>
    public sealed class OwnToken : TokenRequest
    {
        public override Grants Grant => Grants.ClientCredentials;

        /// <summary>One in all, here or in <see cref="Resources"/>.</summary>
        public required ImmutableArray<string> Audiences { get; init; }

        public required ImmutableArray<string> Resources { get; init; }

        /// <summary>Null when the request named no scope.</summary>
        public required ScopeSet? Scope { get; init; }

        /// <summary>Null when the request named no authorization details (RFC 9396).</summary>
        public AuthorizationDetails? AuthorizationDetails { get; init; }
    }
}
