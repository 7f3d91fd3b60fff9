using System.Diagnostics.CodeAnalysis;
using System.Net;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>What the token endpoint answered: a token, or why there is none. A refusal is a value, not an exception.</summary>
public sealed class TokenExchangeResult
{
    private TokenExchangeResult(HttpStatusCode status, TokenExchangeResponse? response, TokenError? error)
    {
        Status = status;
        Response = response;
        Error = error;
    }

    /// <summary>The HTTP status of the answer.</summary>
    public HttpStatusCode Status { get; }

    /// <summary>True when <see cref="Response"/> is set, false when <see cref="Error"/> is.</summary>
    [MemberNotNullWhen(true, nameof(Response))]
    [MemberNotNullWhen(false, nameof(Error))]
    public bool IsSuccess => Response is not null;

    /// <summary>The issued token (RFC 8693 section 2.2.1).</summary>
    public TokenExchangeResponse? Response { get; }

    /// <summary>The refusal (RFC 6749 section 5.2). Its description is empty when the answer had no usable one.</summary>
    public TokenError? Error { get; }

    internal static TokenExchangeResult Issued(HttpStatusCode status, TokenExchangeResponse response) => new(status, response, null);

    internal static TokenExchangeResult Refused(HttpStatusCode status, TokenError error) => new(status, null, error);
}
