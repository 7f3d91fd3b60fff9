using System.Buffers;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.ClientAuthentication;

namespace ExchangeCluster.Silo.Token;

/// <summary><c>POST /oauth/token</c> (RFC 6749 section 3.2, RFC 8693 section 2): HTTP in, HTTP out, no decisions.</summary>
internal sealed class TokenEndpoint(ExchangePipeline pipeline, NearCache near, Admission admission)
{
    public const string Path = TokenEndpointUri.Path;

    /// <summary>RFC 9449 section 4.1.</summary>
    public const string ProofHeader = "DPoP";

    /// <summary>RFC 9449 section 8.1.</summary>
    public const string NonceHeader = "DPoP-Nonce";

    /// <summary>With a refusal: by what name an operator finds it in log and audit.</summary>
    public const string RequestIdHeader = "X-Request-Id";

    public async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);

        // 1. The form, bounded.
        var (bytes, unfit, error) = await FormRequest.ReadBodyAsync(context);
        if (unfit is not null || error is not null)
        {
            await (error is { } httpError ? TokenResponseWriter.WriteAsync(response, httpError) : RefuseAsync(response, unfit!));
            return;
        }

        // The very same request may have an answer that still holds.
        var key = NearKeyOf(context, bytes);
        if (key is { } known && near.TryAnswer(known, out var kept))
        {
            RequestBody.Leave(request, bytes);
            using (kept)
            {
                await kept.HandOverAsync(TokenResponseWriter.WriteAsync(response, kept));
            }

            return;
        }

        // What costs more than a look is done for no more requests at once than can be answered in time.
        using var admitted = admission.TryEnter();
        if (admitted is null)
        {
            RequestBody.Leave(request, bytes);
            await RefuseAsync(response, new Refusal(RefusalReason.Overloaded));
            return;
        }

        // 2. Its parameters, strictly;
        var form = FormRequest.Parse(RequestBody.Take(request, bytes));
        if (form.Parameters is not { } parameters)
        {
            await RefuseAsync(response, form.Refusal!);
            return;
        }

        // the request in them, then who asks: a request that nobody could make is refused as such.
        var (tokenRequest, refusal) = TokenRequestReader.Read(parameters);
        if (tokenRequest is null)
        {
            await RefuseAsync(response, refusal!);
            return;
        }

        var certificate = context.ClientCertificate();
        (var credentials, refusal) = ClientCredentialsReader.Read(request.Headers.Authorization, parameters, certificate);
        if (refusal is not null)
        {
            await RefuseAsync(response, refusal);
            return;
        }

        // RFC 9449 section 4.3, check 1.
        var proofs = request.Headers[ProofHeader];
        if (proofs.Count > 1 || (proofs.Count == 1 && string.IsNullOrEmpty(proofs[0])))
        {
            await RefuseAsync(response, new Refusal(RefusalReason.DpopProofInvalid, "The request has several DPoP headers, or an empty one."));
            return;
        }

        // 3. Answer.
        var proof = proofs.Count == 1 ? new SensitiveText(proofs[0]!) : null;
        using var outcome = await pipeline.AnswerAsync(credentials, proof, certificate, tokenRequest, context.RequestAborted);
        await outcome.HandOverAsync(key is { } one && near.Keep(one, outcome, TokenResponseWriter.ToNearBody) is { } body
            ? TokenResponseWriter.WriteAsync(response, body, outcome.Response!.ExpiresInSeconds)
            : TokenResponseWriter.WriteAsync(response, outcome));
    }

    /// <summary>Null for requests that bring more than credentials and a form.</summary>
    private NearKey? NearKeyOf(HttpContext context, in ReadOnlySequence<byte> body) =>
        context.Request.Headers.ContainsKey(ProofHeader) || context.ClientCertificate() is not null || context.Request.Headers.Authorization.Count > 1
            ? null
            : near.KeyOf(context.Request.Headers.Authorization, body);

    private Task RefuseAsync(HttpResponse response, Refusal refusal) =>
        TokenResponseWriter.WriteAsync(response, pipeline.Refuse(refusal));
}
