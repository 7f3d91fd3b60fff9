using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Reads the parameters of a token exchange request (RFC 8693 section 2.1).</summary>
internal static class TokenExchangeRequestReader
{
    /// <summary>Exactly one of the results is set.</summary>
    public static (TokenExchangeRequest? Request, Refusal? Refusal) Read(RequestParameters parameters)
    {
        var refusal = CheckTypes(parameters) ?? CheckLengths(parameters) ?? parameters.CheckTargets(TokenExchangeRequest.MaxTargets);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        if (parameters.ReadExtent(out var scope, out var details) is { } unreadable)
        {
            return (null, unreadable);
        }

        var request = new TokenExchangeRequest
        {
            SubjectToken = new SensitiveText(parameters.Get(ParameterNames.SubjectToken)!),
            SubjectTokenType = parameters.Get(ParameterNames.SubjectTokenType)!,
            ActorToken = parameters.Get(ParameterNames.ActorToken) is { } actor ? new SensitiveText(actor) : null,
            ActorTokenType = parameters.Get(ParameterNames.ActorTokenType),
            Audiences = parameters.Audiences,
            Resources = parameters.Resources,
            Scope = scope,
            AuthorizationDetails = details,
            RequestedTokenType = parameters.Get(ParameterNames.RequestedTokenType),
        };
        return (request, null);
    }

    private static Refusal? CheckTypes(RequestParameters parameters)
    {
        var hasActor = parameters.Get(ParameterNames.ActorToken) is not null;
        var actorType = parameters.Get(ParameterNames.ActorTokenType);
        RefusalReason? reason = (parameters.Get(ParameterNames.SubjectToken), parameters.Get(ParameterNames.SubjectTokenType)) switch
        {
            (null, _) => RefusalReason.MissingSubjectToken,
            (_, null) => RefusalReason.MissingSubjectTokenType,
            (_, var type) when !IsKnown(type) => RefusalReason.UnknownTokenType,
            (_, var type) when !IsAccepted(type) => RefusalReason.UnsupportedSubjectTokenType,
            _ when hasActor && actorType is null => RefusalReason.ActorTokenWithoutType,
            _ when !hasActor && actorType is not null => RefusalReason.ActorTokenTypeWithoutToken,
            _ when actorType is not null && !IsKnown(actorType) => RefusalReason.UnknownTokenType,
            _ when actorType is not null && !IsAccepted(actorType) => RefusalReason.UnsupportedActorTokenType,
            _ => parameters.Get(ParameterNames.RequestedTokenType) is { } requested && !IsJwt(requested) && requested != TokenTypeIdentifiers.RefreshToken
                ? RefusalReason.UnsupportedRequestedTokenType
                : null,
        };
        return reason is { } found ? new Refusal(found) : null;
    }

    private static Refusal? CheckLengths(RequestParameters parameters) =>
        parameters.Get(ParameterNames.SubjectToken)!.Length > TokenExchangeRequest.MaxTokenLength
        || parameters.Get(ParameterNames.ActorToken)?.Length > TokenExchangeRequest.MaxTokenLength
            ? new Refusal(RefusalReason.TokenTooLong)
            : null;

    private static bool IsKnown(string type) =>
        IsAccepted(type) || type is TokenTypeIdentifiers.RefreshToken or TokenTypeIdentifiers.Saml1;

    private static bool IsAccepted(string type) => IsJwt(type) || type is TokenTypeIdentifiers.IdToken or TokenTypeIdentifiers.Saml2;

    private static bool IsJwt(string type) => type is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.Jwt;
}
