using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Reads a request to the token endpoint by its <c>grant_type</c>. The HTTP facade and the public grain share it, so that
/// both refuse the same requests for the same reason.
/// </summary>
public static class TokenRequestReader
{
    /// <summary>The most parameters of one request, unknown ones included.</summary>
    public const int MaxParameters = RequestParameters.MaxCount;

    /// <summary>Exactly one of the results is set.</summary>
    /// <param name="parameters">Every decoded name and value of the body, in order; client credentials may be among them.</param>
    public static (TokenRequest? Request, Refusal? Refusal) Read(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        var (collected, refusal) = RequestParameters.Collect(parameters);
        return collected is null ? (null, refusal) : Read(collected);
    }

    private static (TokenRequest? Request, Refusal? Refusal) Read(RequestParameters parameters)
    {
        switch (parameters.Get(ParameterNames.GrantType))
        {
            case GrantTypes.TokenExchange:
                var (exchange, refusal) = TokenExchangeRequestReader.Read(parameters);
                return exchange is null ? (null, refusal) : (new TokenRequest.Exchange(exchange), null);
            case GrantTypes.BatchTokenExchange:
                return BatchRequestReader.Read(parameters);
            case GrantTypes.ClientCredentials:
                return ReadOwnToken(parameters);
            case GrantTypes.JwtBearer:
                return ReadJwtBearer(parameters);
            case GrantTypes.RefreshToken:
                return ReadRefresh(parameters);
            case null:
                return (null, new Refusal(RefusalReason.MissingGrantType));
            default:
                return (null, new Refusal(RefusalReason.UnsupportedGrantType));
        }
    }

    private static (TokenRequest? Request, Refusal? Refusal) ReadJwtBearer(RequestParameters parameters)
    {
        if (parameters.Get(ParameterNames.Assertion) is not { } assertion)
        {
            return (null, new Refusal(RefusalReason.MissingAssertion));
        }

        if (assertion.Length > TokenExchangeRequest.MaxTokenLength)
        {
            return (null, new Refusal(RefusalReason.TokenTooLong));
        }

        if (parameters.CheckTargets(TokenExchangeRequest.MaxTargets) is { } noTarget)
        {
            return (null, noTarget);
        }

        if (parameters.ReadExtent(out var scope, out var details) is { } unreadable)
        {
            return (null, unreadable);
        }

        var request = new TokenRequest.JwtBearer
        {
            Assertion = new SensitiveText(assertion),
            Audiences = parameters.Audiences,
            Resources = parameters.Resources,
            Scope = scope,
            AuthorizationDetails = details,
        };
        return (request, null);
    }

    private static (TokenRequest? Request, Refusal? Refusal) ReadRefresh(RequestParameters parameters)
    {
        if (parameters.Get(ParameterNames.RefreshToken) is not { } refreshToken)
        {
            return (null, new Refusal(RefusalReason.MissingRefreshToken));
        }

        if (parameters.CheckTargets(TokenExchangeRequest.MaxTargets, least: 0) is { } badTarget)
        {
            return (null, badTarget);
        }

        if (parameters.ReadExtent(out var scope, out var details) is { } unreadable)
        {
            return (null, unreadable);
        }

        var request = new TokenRequest.Refresh
        {
            RefreshToken = new SensitiveText(refreshToken),
            Audiences = parameters.Audiences,
            Resources = parameters.Resources,
            Scope = scope,
            AuthorizationDetails = details,
        };
        return (request, null);
    }

    private static (TokenRequest? Request, Refusal? Refusal) ReadOwnToken(RequestParameters parameters)
    {
        if (parameters.CheckTargets(most: 1) is { } noTarget)
        {
            return (null, noTarget);
        }

        if (parameters.ReadExtent(out var scope, out var details) is { } unreadable)
        {
            return (null, unreadable);
        }

        var request = new TokenRequest.OwnToken
        {
            Audiences = parameters.Audiences,
            Resources = parameters.Resources,
            Scope = scope,
            AuthorizationDetails = details,
        };
        return (request, null);
    }
}
