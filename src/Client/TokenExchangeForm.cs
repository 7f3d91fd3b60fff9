using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>The request body (RFC 8693 section 2.1).</summary>
internal static class TokenExchangeForm
{
    public static FormUrlEncodedContent Write(TokenExchangeRequest request) => new(Parameters(request));

    private static IEnumerable<KeyValuePair<string, string>> Parameters(TokenExchangeRequest request)
    {
        yield return new(ParameterNames.GrantType, GrantTypes.TokenExchange);
        yield return new(ParameterNames.SubjectToken, request.SubjectToken.Reveal());
        yield return new(ParameterNames.SubjectTokenType, request.SubjectTokenType);
        foreach (var audience in request.Audiences)
        {
            yield return new(ParameterNames.Audience, audience);
        }

        foreach (var resource in request.Resources)
        {
            yield return new(ParameterNames.Resource, resource);
        }

        var optional = new (string Name, string? Value)[]
        {
            (ParameterNames.ActorToken, request.ActorToken?.Reveal()),
            (ParameterNames.ActorTokenType, request.ActorTokenType),
            (ParameterNames.Scope, request.Scope?.Text),
            (AuthorizationDetails.Name, request.AuthorizationDetails?.Text),
            (ParameterNames.RequestedTokenType, request.RequestedTokenType),
        };
        foreach (var (name, value) in optional)
        {
            if (value is not null)
            {
                yield return new(name, value);
            }
        }
    }
}
