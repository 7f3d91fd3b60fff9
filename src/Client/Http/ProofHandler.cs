using System.Net;

namespace ExchangeCluster.Client.Http;

/// <summary>
/// Proves possession of this service's key to the token service (RFC 9449 section 5), which binds what it issues to that key.
/// A server that wants a nonce says so once; the request is then repeated with it (section 8).
/// </summary>
internal sealed class ProofHandler(ProofSigner proofs) : DelegatingHandler
{
    private volatile string? nonce;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // Only a token request has a body.
        if (!proofs.HasKey || request.Content is null)
        {
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }

        var used = nonce;
        var response = await ProveAsync(request, used, cancellationToken).ConfigureAwait(false);
        if (response.StatusCode == HttpStatusCode.BadRequest && nonce is not null && nonce != used)
        {
            response.Dispose();
            response = await ProveAsync(request, nonce, cancellationToken).ConfigureAwait(false);
        }

        return response;
    }

    private async Task<HttpResponseMessage> ProveAsync(HttpRequestMessage request, string? with, CancellationToken cancellationToken)
    {
        request.Headers.Remove(ProofSigner.Header);
        request.Headers.Add(ProofSigner.Header, proofs.Sign(request.Method, request.RequestUri!, with, accessToken: null));
        var response = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        nonce = ProofSigner.NonceOf(response) ?? nonce;
        return response;
    }
}
