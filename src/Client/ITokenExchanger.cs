using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>How exchanges reach the token service: over HTTP, or over an Orleans client.</summary>
public interface ITokenExchanger
{
    /// <summary>One exchange; nothing is cached.</summary>
    Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default);
}
