using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>One exchange from credentials to answer; the HTTP facade and the public grain share it.</summary>
public sealed class ExchangePipeline
{
    /// <param name="credentials">Null when the caller presented none.</param>
    public Task<ExchangeOutcome> ExchangeAsync(
        ClientCredentials? credentials, TokenExchangeRequest request, CancellationToken cancellationToken) =>
        throw new NotImplementedException();
}

/// <summary>Exactly one is set.</summary>
public sealed record ExchangeOutcome(TokenExchangeResponse? Response, Refusal? Refusal);
