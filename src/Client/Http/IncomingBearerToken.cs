using System.Net.Http.Headers;
using ExchangeCluster.Protocol;
using Microsoft.AspNetCore.Http;

namespace ExchangeCluster.Client.Http;

/// <summary>The access token of the current ASP.NET Core request (RFC 6750 section 2.1, RFC 9449 section 7.1).</summary>
internal sealed class IncomingBearerToken(IHttpContextAccessor accessor) : IIncomingToken
{
    public SensitiveText? Current =>
        accessor.HttpContext?.Request.Headers.Authorization is [{ } authorization]
        && AuthenticationHeaderValue.TryParse(authorization, out var header)
        && (Is(header, AccessTokenTypes.Bearer) || Is(header, AccessTokenTypes.Dpop))
        && header.Parameter is { Length: > 0 } token
            ? new SensitiveText(token)
            : null;

    private static bool Is(AuthenticationHeaderValue header, string scheme) =>
        header.Scheme.Equals(scheme, StringComparison.OrdinalIgnoreCase);
}
