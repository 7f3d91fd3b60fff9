using ExchangeCluster.Client.Http;
using ExchangeCluster.Contracts;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Options;
using Polly;

namespace ExchangeCluster.Client.Orleans;

/// <summary>Exchanges by calling the cluster's public grain, which answers as the token endpoint does.</summary>
internal sealed class OrleansTokenExchanger : ITokenExchanger
{
    private readonly IGrainFactory grains;
    private readonly TokenExchangeOptions options;
    private readonly ProofSigner proofs;
    private readonly ClientAssertionSigner? assertions;
    private readonly ResiliencePipeline<ExchangeReply> pipeline;
    private volatile string? nonce;

    public OrleansTokenExchanger(IClusterClient grains, IOptions<TokenExchangeOptions> options, ProofSigner proofs, TimeProvider clock)
    {
        (this.grains, this.options, this.proofs) = (grains, options.Value, proofs);
        assertions = ClientAssertionSigner.For(options.Value, clock);
        pipeline = GrainCalls.Pipeline<ExchangeReply>(reply => reply.Error == ErrorCodes.TemporarilyUnavailable, clock);
    }

    public async Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default)
    {
        try
        {
            var reply = await pipeline.ExecuteAsync(
                async (exchange, token) => await AskAsync(exchange, token).ConfigureAwait(false), request, cancellationToken).ConfigureAwait(false);
            return ExchangeReplyReader.Read(reply);
        }
        catch (Exception exception) when (GrainCalls.IsFailure(exception))
        {
            throw new TokenServiceUnavailableException(exception);
        }
    }

    /// <summary>Once more with the nonce where the service asks for one (RFC 9449 section 8).</summary>
    private async Task<ExchangeReply> AskAsync(TokenExchangeRequest request, CancellationToken cancellationToken)
    {
        // A stateless worker: any key is the nearest one.
        var grain = grains.GetGrain<ITokenExchangeGrain>(0);
        var reply = await grain.ExchangeAsync(Message(request), cancellationToken).ConfigureAwait(false);
        nonce = reply.DpopNonce ?? nonce;
        return reply is { Error: ErrorCodes.UseDpopNonce, DpopNonce: not null }
            ? await grain.ExchangeAsync(Message(request), cancellationToken).ConfigureAwait(false)
            : reply;
    }

    /// <summary>With credentials and a proof for one use.</summary>
    private ExchangeMessage Message(TokenExchangeRequest request) => new()
    {
        ClientId = options.ClientId,
        ClientSecret = options.ClientSecret,
        ClientAssertion = assertions?.Sign(),
        DpopProof = proofs.HasKey ? proofs.Sign(HttpMethod.Post, TokenServiceHttp.TokenEndpointOf(options.Issuer!), nonce, accessToken: null) : null,
        SubjectToken = request.SubjectToken.Reveal(),
        SubjectTokenType = request.SubjectTokenType,
        ActorToken = request.ActorToken?.Reveal(),
        ActorTokenType = request.ActorTokenType,
        RequestedTokenType = request.RequestedTokenType,
        Audience = [.. request.Audiences],
        Resource = [.. request.Resources],
        Scope = request.Scope?.Text,
        AuthorizationDetails = request.AuthorizationDetails?.Text,
    };
}
