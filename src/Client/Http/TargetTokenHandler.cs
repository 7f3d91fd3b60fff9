using System.Net;
using System.Net.Http.Headers;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Http;

/// <summary>
/// Puts a token for one target on every request. When the target answers 401, once more with a token that was exchanged for
/// this very call: what was at hand may have been revoked, or be known by keys that the target no longer trusts.
/// </summary>
internal sealed class TargetTokenHandler(string target, ITokenProvider tokens, IIncomingToken incoming, ProofSigner proofs) : DelegatingHandler
{
    private volatile string? nonce;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var subject = incoming.Current
            ?? throw new InvalidOperationException($"There is no incoming token to get one for '{target}' with: this is not a request, or it has no access token.");
        if (request.Content is { } content)
        {
            // So that it can be sent twice.
            await content.LoadIntoBufferAsync(cancellationToken).ConfigureAwait(false);
        }

        var token = await tokens.GetTokenAsync(target, subject, cancellationToken: cancellationToken).ConfigureAwait(false);
        var response = await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode != HttpStatusCode.Unauthorized)
        {
            return response;
        }

        response.Dispose();
        token = await tokens.GetTokenAsync(target, subject, anew: true, cancellationToken).ConfigureAwait(false);
        return await SendAsync(request, token, cancellationToken).ConfigureAwait(false);
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, TargetToken token, CancellationToken cancellationToken)
    {
        request.Headers.Authorization = new AuthenticationHeaderValue(token.TokenType, token.Token.Reveal());
        request.Headers.Remove(ProofSigner.Header);
        if (token.TokenType == AccessTokenTypes.Dpop)
        {
            request.Headers.Add(ProofSigner.Header, proofs.Sign(request.Method, request.RequestUri!, nonce, token.Token));
        }

        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        nonce = ProofSigner.NonceOf(response) ?? nonce;
        return response;
    }
}
