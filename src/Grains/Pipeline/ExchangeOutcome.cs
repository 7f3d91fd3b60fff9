using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Either <paramref name="Response"/> or <paramref name="Refusal"/> is set.</summary>
/// <param name="Versions">
/// The state that the answer was decided under: whoever keeps an answer must ask again whether it is current. Null when
/// nothing was decided.
/// </param>
public sealed record ExchangeOutcome(TokenExchangeResponse? Response, Refusal? Refusal, StateVersions? Versions = null)
{
    /// <summary>Hides the response.</summary>
    public override string ToString() => Refusal is { } refusal ? $"Refused({refusal.Reason})" : "Issued";
}
