using System.Net;

namespace ExchangeCluster.Client;

/// <summary>
/// The answer is neither a token exchange response nor an OAuth error: a proxy's page, a cut-off body, another server.
/// The message holds nothing of it.
/// </summary>
public sealed class InvalidTokenResponseException : Exception
{
    internal InvalidTokenResponseException(HttpStatusCode status, string problem)
        : base($"The token endpoint's answer (status {(int)status}) is invalid: {problem}.") => Status = status;

    /// <summary>The HTTP status of the answer.</summary>
    public HttpStatusCode Status { get; }
}
