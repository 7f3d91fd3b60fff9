using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>The outcome of the rules for one command: <see cref="Granted"/> or <see cref="Refused"/>.</summary>
public abstract record Decision
{
    private Decision()
    {
    }

    public sealed record Refused(Refusal Refusal) : Decision;

    /// <summary>Everything the token will say, and nothing that depends on a key.</summary>
    public sealed record Granted : Decision
    {
        /// <summary>Names of the rules that matched, one a target, in the order of the targets.</summary>
        public required ImmutableArray<string> Rules { get; init; }

        /// <summary>What is issued.</summary>
        public TokenFormat Format { get; init; } = TokenFormat.Jwt;

        /// <summary>The <c>aud</c> values of the targets.</summary>
        public required ImmutableArray<string> Audiences { get; init; }

        /// <summary>By which the targets may hand the token on: their ends stand in <c>aud</c> too; nearest first.</summary>
        public ImmutableArray<ReuseEdge> Reuses { get; init; } = [];

        public required ScopeSet Scope { get; init; }

        /// <summary>The granted authorization details (RFC 9396).</summary>
        public AuthorizationDetails AuthorizationDetails { get; init; } = AuthorizationDetails.Empty;

        /// <summary>Elevations that the issued scopes rest on, inherited ones included.</summary>
        public required ImmutableArray<Elevation> Elevations { get; init; }

        /// <summary>The key that the token is bound to; null for a bearer token.</summary>
        public Confirmation? Binding { get; init; }

        /// <summary>The <c>sub</c> value; null when it is the pairwise pseudonym for the only target.</summary>
        public required string? Subject { get; init; }

        /// <summary>Further claims, by name.</summary>
        public required ImmutableArray<KeyValuePair<string, JsonElement>> Claims { get; init; }

        /// <summary>min(now + rule lifetime, now + policy maximum, subject token, actor token).</summary>
        public required DateTimeOffset ExpiresAt { get; init; }

        /// <summary>Which of these it is.</summary>
        public ExpirySource ExpiresBy { get; init; }

        /// <summary>
        /// The end of the refresh token that is asked for, or that this and all that follows lives by; null: there is none.
        /// </summary>
        public DateTimeOffset? RefreshUntil { get; init; }

        public required string SigningAlgorithm { get; init; }

        /// <summary>Hides the claims.</summary>
        public override string ToString() => $"Granted({string.Join(',', Rules)})";
    }
}
