using System.Net;
using System.Net.Http.Headers;
using ExchangeCluster.Client.Http;
using ExchangeCluster.Protocol;
using Microsoft.AspNetCore.Http;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Transforms;

namespace ExchangeCluster.Client.Yarp;

/// <summary>
/// Puts a token for one target on every proxied request. A body streams through and can't be sent twice, so after a 401 the
/// token is replaced for the next request instead of this one.
/// </summary>
internal sealed class TargetTokenTransform(string target, ITokenProvider tokens, IIncomingToken incoming, ProofSigner proofs)
{
    private volatile string? nonce;

    public async ValueTask ReplaceTokenAsync(RequestTransformContext context)
    {
        // Whatever happens, the incoming token stays here.
        var request = context.ProxyRequest;
        request.Headers.Authorization = null;
        request.Headers.Remove(ProofSigner.Header);
        if (incoming.Current is not { } subject)
        {
            Refuse(context.HttpContext, StatusCodes.Status401Unauthorized, AccessTokenTypes.Bearer);
            return;
        }

        try
        {
            var token = await tokens.GetTokenAsync(target, subject, cancellationToken: context.CancellationToken).ConfigureAwait(false);
            request.Headers.Authorization = new AuthenticationHeaderValue(token.TokenType, token.Token.Reveal());
            if (token.TokenType == AccessTokenTypes.Dpop)
            {
                var address = RequestUtilities.MakeDestinationAddress(context.DestinationPrefix, context.Path, context.Query.QueryString);
                request.Headers.Add(ProofSigner.Header, proofs.Sign(request.Method, address, nonce, token.Token));
            }
        }
        catch (TokenRefusedException refused)
        {
            var (status, challenge) = Challenges.For(refused.Error);
            Refuse(context.HttpContext, status, challenge);
        }
        catch (Exception exception) when (exception is TokenServiceUnavailableException or InvalidTokenResponseException)
        {
            Refuse(context.HttpContext, StatusCodes.Status503ServiceUnavailable, challenge: null);
        }
    }

    public async ValueTask ForgetRefusedAsync(ResponseTransformContext context)
    {
        if (context.ProxyResponse is not { } response)
        {
            return;
        }

        nonce = ProofSigner.NonceOf(response) ?? nonce;
        if (response.StatusCode == HttpStatusCode.Unauthorized && incoming.Current is { } subject)
        {
            try
            {
                await tokens.GetTokenAsync(target, subject, anew: true, context.CancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is TokenRefusedException or TokenServiceUnavailableException or InvalidTokenResponseException)
            {
                // The caller has its 401; the next request meets this by itself.
            }
        }
    }

    /// <summary>A status other than 200 ends the request here.</summary>
    private static void Refuse(HttpContext context, int status, string? challenge)
    {
        context.Response.StatusCode = status;
        if (challenge is not null)
        {
            context.Response.Headers.WWWAuthenticate = challenge;
        }
    }
}
