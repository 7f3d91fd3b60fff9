using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// The outcome of the rules for one command: a token that may be minted, or why not. A value, so that to decide leaves no garbage.
/// </summary>
public readonly record struct Decision
{
    private readonly Refusal? refusal;
    private readonly Granted token;

    public Decision(Refusal refusal) => this.refusal = refusal;

    public Decision(Granted token) => (this.token, IsGranted) = (token, true);

    public bool IsGranted { get; }

    /// <summary>Why it is refused; null when it is granted.</summary>
    public Refusal? Refusal => IsGranted ? null : refusal ?? throw new InvalidOperationException("Nothing is decided.");

    /// <summary>What is granted.</summary>
    /// <exception cref="InvalidOperationException">It is refused.</exception>
    public Granted Token => IsGranted ? token : throw new InvalidOperationException($"Nothing is granted: {refusal?.Reason}.");

    /// <summary>Hides the claims.</summary>
    public override string ToString() => IsGranted ? token.ToString() : $"Refused({refusal?.Reason})";

    /// <summary>Everything the token will say, and nothing that depends on a key.</summary>
    public readonly record struct Granted
    {
        public Granted()
        {
        }

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
