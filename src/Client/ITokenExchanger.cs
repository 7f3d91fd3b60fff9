using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>How exchanges reach the token service: over HTTP, or over an Orleans client.</summary>
public interface ITokenExchanger
{
    /// <summary>One exchange; nothing is cached.</summary>
    /// <exception cref="InvalidTokenResponseException">The answer is neither a token nor an OAuth error.</exception>
    /// <exception cref="TokenServiceUnavailableException">No answer, also after several attempts.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default);
}
