using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.ClientAuthentication;

namespace ExchangeCluster.Silo.Token;

/// <summary>
/// A request about one token, by a client that authenticates as at the token endpoint: revocation (RFC 7009 section 2.1) and
/// introspection (RFC 7662 section 2.1).
/// </summary>
/// <param name="Credentials">Null when the caller presented none.</param>
/// <param name="Token">Whatever was presented as a token.</param>
internal sealed record TokenQuestion(ClientCredentials? Credentials, SensitiveText Token)
{
    /// <summary>Null when the request was no such question: then the answer is written already.</summary>
    public static async Task<TokenQuestion?> ReadAsync(HttpContext context)
    {
        var form = await FormRequest.ReadAsync(context);
        if (form.Error is { } error)
        {
            await TokenResponseWriter.WriteAsync(context.Response, error);
            return null;
        }

        SensitiveText? token = null;
        ClientCredentials? credentials = null;
        var refusal = form.Refusal;
        if (form.Parameters is { } parameters)
        {
            (token, refusal) = TokenParameter.Read(parameters);
            if (refusal is null)
            {
                (credentials, refusal) = ClientCredentialsReader.Read(
                    context.Request.Headers.Authorization, parameters, context.ClientCertificate());
            }
        }

        if (refusal is not null)
        {
            await TokenResponseWriter.WriteAsync(context.Response, refusal);
            return null;
        }

        return new TokenQuestion(credentials, token!);
    }

    /// <summary>A constant: the token stays hidden.</summary>
    public override string ToString() => nameof(TokenQuestion);
}
