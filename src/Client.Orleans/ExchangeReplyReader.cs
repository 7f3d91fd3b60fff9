using System.Net;
using ExchangeCluster.Contracts;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Orleans;

/// <summary>Reads a reply of the grain as the answer of the token endpoint that it stands for.</summary>
internal static class ExchangeReplyReader
{
    /// <exception cref="InvalidTokenResponseException">The cluster's version does not fit this client's.</exception>
    public static TokenExchangeResult Read(ExchangeReply reply) => reply.Error is { } error
        ? TokenExchangeResult.Refused(HttpStatusCode.BadRequest, new TokenError(error, reply.ErrorDescription ?? "")
        {
            StepUp = StepUpReader.Read(reply.AcrValues, reply.MaxAgeSeconds),
        })
        : TokenExchangeResult.Issued(HttpStatusCode.OK, new TokenExchangeResponse
        {
            AccessToken = new SensitiveText(reply.AccessToken ?? throw Invalid(ParameterNames.AccessToken)),
            IssuedTokenType = reply.IssuedTokenType,
            TokenType = reply.TokenType ?? throw Invalid(ParameterNames.TokenType),
            ExpiresInSeconds = reply.ExpiresInSeconds,
            Scope = ScopeSet.TryParse(reply.Scope ?? "", out var scope) ? scope : throw Invalid(ParameterNames.Scope),
            AuthorizationDetails = Details(reply.AuthorizationDetails),
        });

    private static AuthorizationDetails Details(string? text) =>
        text is null ? AuthorizationDetails.Empty
        : AuthorizationDetails.TryParse(text, out var details) ? details
        : throw Invalid(AuthorizationDetails.Name);

    private static InvalidTokenResponseException Invalid(string member) => new(HttpStatusCode.OK, $"{member} is missing or malformed");
}
