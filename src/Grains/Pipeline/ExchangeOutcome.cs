using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Either <paramref name="Response"/> or <paramref name="Refusal"/> is set. Dispose it once it is handed over: until then no
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

    public void Dispose() => HandOver?.Dispose();

    /// <summary>Hides the response.</summary>
    public override string ToString() => Refusal is { } refusal ? $"Refused({refusal.Reason})" : "Issued";
}
