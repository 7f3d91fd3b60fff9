using ExchangeCluster.Protocol;
using Microsoft.Extensions.Options;
using Polly;

namespace ExchangeCluster.Client.Http;

/// <summary>Exchanges over the registered HTTP client, which authenticates, and repeats what failed on the way.</summary>
internal sealed class TokenServiceExchanger(IHttpClientFactory http, IOptions<TokenExchangeOptions> options) : ITokenExchanger
{
    private readonly Uri endpoint = TokenServiceHttp.TokenEndpointOf(options.Value.Issuer!);

    public async Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default)
    {
        using var client = http.CreateClient(TokenServiceHttp.ClientName);
        try
        {
            return await new TokenExchangeClient(client, endpoint, credentials: null).ExchangeAsync(request, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or ExecutionRejectedException)
        {
            throw new TokenServiceUnavailableException(exception);
        }
    }
}
