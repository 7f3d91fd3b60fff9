using System.Net.Http.Headers;
using ExchangeCluster.Client.Http;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>Exchanges tokens at a token endpoint over HTTP (RFC 8693). Logs nothing; safe for concurrent use.</summary>
public sealed class TokenExchangeClient
{
    private readonly HttpClient http;
    private readonly Uri endpoint;
    private readonly AuthenticationHeaderValue? credentials;

    /// <param name="http">
    /// The caller's to configure and dispose. Its handler should not follow redirects: a redirected request would carry
    /// the subject token to another address. Its <see cref="HttpClient.Timeout"/> bounds a whole exchange, body included.
    /// </param>
    /// <param name="options">Where, and as whom.</param>
    /// <exception cref="ArgumentException">The token endpoint is neither https nor http on loopback.</exception>
    public TokenExchangeClient(HttpClient http, TokenExchangeClientOptions options)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(options);
        if (!TokenServiceHttp.IsSafe(options.TokenEndpoint))
        {
            throw new ArgumentException("The token endpoint must be https, or http on loopback.", nameof(options));
        }

        this.http = http;
        endpoint = options.TokenEndpoint;
        credentials = BasicCredentials.Header(options.ClientId, options.ClientSecret);
    }

    /// <param name="http">As above.</param>
    /// <param name="endpoint">The token endpoint.</param>
    /// <param name="credentials">Null where <paramref name="http"/> adds them.</param>
    internal TokenExchangeClient(HttpClient http, Uri endpoint, AuthenticationHeaderValue? credentials) =>
        (this.http, this.endpoint, this.credentials) = (http, endpoint, credentials);

    /// <summary>One exchange, one request; nothing is cached or repeated.</summary>
    /// <exception cref="InvalidTokenResponseException">The answer is neither a token nor an OAuth error.</exception>
    /// <exception cref="HttpRequestException">No answer.</exception>
    /// <exception cref="OperationCanceledException">Cancelled, or no complete answer in time.</exception>
    public async Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        deadline.CancelAfter(http.Timeout);
        using var message = new HttpRequestMessage(HttpMethod.Post, endpoint) { Content = TokenExchangeForm.Write(request) };
        message.Headers.Authorization = credentials;
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, deadline.Token).ConfigureAwait(false);
        return await TokenResponseReader.ReadAsync(response, request.Scope, deadline.Token).ConfigureAwait(false);
    }
}
