using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Either <paramref name="Response"/> or <paramref name="Refusal"/> is set, or <see cref="Items"/>. Dispose it once it is handed over: until then no
/// revocation is acknowledged.
/// </summary>
/// <param name="Versions">
/// The state that the answer was decided under: whoever keeps an answer must ask again whether it is current. Null when
/// nothing was decided.
/// </param>
/// <param name="HandOver">Ends with the hand-over; null when nothing was decided.</param>
public sealed record ExchangeOutcome(
    TokenExchangeResponse? Response, Refusal? Refusal, StateVersions? Versions = null, IDisposable? HandOver = null) : IDisposable
{
    /// <summary>What the next DPoP proof must carry; set when this one lacked it (RFC 9449 section 8).</summary>
    public string? DpopNonce { get; init; }

    /// <summary>The outcomes of a batch, in the order of its items; empty for any other request, which has one outcome itself.</summary>
    public ImmutableArray<ExchangeOutcome> Items { get; init; } = [];

    /// <summary>Names of the rules that matched, for the log.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    /// <summary>Where the answer came from.</summary>
    public AnswerSource Source { get; init; }

    /// <summary>When the issued token expires; null without one.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Until when the same request, to the letter, may get this answer again under the same state; null: never.</summary>
    public DateTimeOffset? NearUntil { get; init; }

    /// <summary>Until when a caller who proves the same, and asks the same, may get this answer again under the same state; null: never.</summary>
    public DateTimeOffset? ProvenUntil { get; init; }

    /// <summary>What the audit tells of the decision; null when nothing was decided.</summary>
    public DecisionFacts? Facts { get; init; }

    /// <summary>Of the request, for log and audit; null for the items of a batch.</summary>
    public RequestId? RequestId { get; init; }

    public void Dispose() => HandOver?.Dispose();

    /// <summary>Hides the response.</summary>
    public override string ToString() => Refusal is { } refusal ? $"Refused({refusal.Reason})" : "Issued";
}
