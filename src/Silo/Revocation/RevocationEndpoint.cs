using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Revocation;

/// <summary><c>POST /oauth/revoke</c> (RFC 7009): HTTP in, HTTP out, no decisions.</summary>
internal sealed class RevocationEndpoint(TokenRevocation revocation)
{
    public const string Path = "/oauth/revoke";

    public async Task HandleAsync(HttpContext context)
    {
        if (await TokenQuestion.ReadAsync(context) is not { } question)
        {
            return;
        }

        if (await revocation.RevokeAsync(question.Credentials, question.Token, context.RequestAborted) is { } refusal)
        {
            await TokenResponseWriter.WriteAsync(context.Response, refusal);
            return;
        }

        PrivateResponse.WriteEmpty(context.Response);
    }
}
