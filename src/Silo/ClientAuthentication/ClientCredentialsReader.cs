using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Primitives;

namespace ExchangeCluster.Silo.ClientAuthentication;

/// <summary>
/// Reads what a caller presented to prove which client it is: <c>client_secret_basic</c>, <c>client_secret_post</c>
/// (RFC 6749 section 2.3.1), <c>private_key_jwt</c> (RFC 7523 section 2.2) or a TLS client certificate (RFC 8705 section 2). Judges
/// nothing.
/// </summary>
internal static class ClientCredentialsReader
{
    /// <summary>Credentials, or a refusal, or neither when the caller presented nothing.</summary>
    /// <param name="authorization">The Authorization header.</param>
    /// <param name="parameters">The form, whose single-valued parameters occur once.</param>
    /// <param name="certificate">The certificate of the TLS connection; null without.</param>
    public static (ClientCredentials? Credentials, Refusal? Refusal) Read(
        StringValues authorization, IReadOnlyList<KeyValuePair<string, string>> parameters, ClientCertificate? certificate = null)
    {
        var clientId = Find(parameters, ParameterNames.ClientId);
        var secret = Find(parameters, ParameterNames.ClientSecret);
        var assertion = Find(parameters, ParameterNames.ClientAssertion);
        var assertionType = Find(parameters, ParameterNames.ClientAssertionType);
        var usesAssertion = assertion is not null || assertionType is not null;

        // RFC 6749 section 2.3: one method a request.
        var methods = authorization.Count + (secret is null ? 0 : 1) + (usesAssertion ? 1 : 0);
        if (methods > 1)
        {
            return (null, new Refusal(RefusalReason.SeveralClientAuthentications));
        }

        if (methods == 0)
        {
            // A certificate is there on every request of a connection: it counts where nothing else says who asks.
            return certificate is not null && clientId is not null
                ? (new ClientCredentials.Certificate(clientId, certificate), null)
                : (null, null);
        }

        ClientCredentials? credentials = authorization.Count == 1 ? ReadHeader(authorization[0] ?? "", clientId)
            : secret is not null ? ReadSecret(clientId, secret)
            : ReadAssertion(clientId, assertion, assertionType);
        return credentials is null ? (null, new Refusal(RefusalReason.ClientAuthenticationFailed)) : (credentials, null);
    }

    // client_id may stand in the body as identification; naming another client than the header is a contradiction.
    private static ClientCredentials.Secret? ReadHeader(string authorization, string? clientId) =>
        BasicCredentials.Read(authorization) is { } basic
        && (clientId is null || string.Equals(clientId, basic.ClientId, StringComparison.Ordinal))
            ? basic
            : null;

    private static ClientCredentials.Secret? ReadSecret(string? clientId, string secret) =>
        clientId is null ? null : new ClientCredentials.Secret(clientId, new SensitiveText(secret));

    private static ClientCredentials.Assertion? ReadAssertion(string? clientId, string? assertion, string? type) =>
        assertion is not null && string.Equals(type, ClientAssertionTypes.JwtBearer, StringComparison.Ordinal)
            ? new ClientCredentials.Assertion(clientId, new SensitiveText(assertion))
            : null;

    /// <summary>Null when omitted or empty (RFC 6749 section 3.2).</summary>
    private static string? Find(IReadOnlyList<KeyValuePair<string, string>> parameters, string name)
    {
        foreach (var (key, value) in parameters)
        {
            if (string.Equals(key, name, StringComparison.Ordinal) && value.Length > 0)
            {
                return value;
            }
        }

        return null;
    }
}
