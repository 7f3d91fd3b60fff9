using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// What callers are told, for every <see cref="RefusalReason"/>. All refusals of a subject token share one text, so
/// that an answer does not reveal which check failed; so do all refusals of an actor token and all failed client
/// authentications.
/// </summary>
public static class RefusalCatalogue
{
    private const string BadSubjectToken = "The subject token is not acceptable.";

    /// <summary>The same for a whole refusal: with the members that go beside the text.</summary>
    public static TokenError ToTokenError(Refusal refusal) => ToTokenError(refusal.Reason) with { StepUp = refusal.StepUp };

    /// <summary>The error response of RFC 6749 section 5.2 or RFC 8693 section 2.2.2.</summary>
    public static TokenError ToTokenError(RefusalReason reason) => reason switch
    {
        RefusalReason.MalformedRequest => Request("The request is not well-formed application/x-www-form-urlencoded UTF-8."),
        RefusalReason.DuplicateParameter => Request("A parameter that may occur once occurs several times."),
        RefusalReason.TooManyParameters => Request("The request has too many parameters."),
        RefusalReason.QueryNotAllowed => Request("Parameters belong in the request body, not in the URI."),
        RefusalReason.MissingGrantType => Request("grant_type is missing."),
        RefusalReason.UnsupportedGrantType => new(ErrorCodes.UnsupportedGrantType, "This grant type is not supported."),
        RefusalReason.MissingSubjectToken => Request("subject_token is missing."),
        RefusalReason.MissingSubjectTokenType => Request("subject_token_type is missing."),
        RefusalReason.UnknownTokenType => Request("A token type identifier is unknown."),
        RefusalReason.UnsupportedSubjectTokenType => Request("This subject_token_type is not supported."),
        RefusalReason.UnsupportedRequestedTokenType => Request("This requested_token_type is not supported."),
        RefusalReason.ActorTokenWithoutType => Request("actor_token needs actor_token_type."),
        RefusalReason.ActorTokenTypeWithoutToken => Request("actor_token_type needs actor_token."),
        RefusalReason.UnsupportedActorTokenType => Request("This actor_token_type is not supported."),
        RefusalReason.TokenTooLong => Request("A token is too long."),
        RefusalReason.MalformedBatch => Request("requests must be a JSON array of 1 to 16 objects, each with audience or resource, and nothing of them may stand beside it."),
        RefusalReason.MissingAssertion => Request("assertion is missing."),
        RefusalReason.MissingRefreshToken => Request("refresh_token is missing."),
        RefusalReason.MalformedScope => new(ErrorCodes.InvalidScope, "The scope is malformed."),
        RefusalReason.MalformedAuthorizationDetails => new(ErrorCodes.InvalidAuthorizationDetails, "authorization_details must be a JSON array of objects with a type."),
        RefusalReason.MalformedResource => Target("resource must be an absolute URI without fragment."),
        RefusalReason.MissingTarget => Target("audience or resource is missing."),
        RefusalReason.TooManyTargets => Target("The request names too many targets."),
        RefusalReason.MissingToken => Request("token is missing."),
        RefusalReason.TokenOfAnotherClient => new(ErrorCodes.InvalidGrant, "The token was issued to another client."),

        RefusalReason.ClientAuthenticationMissing or
        RefusalReason.ClientAuthenticationFailed => new(ErrorCodes.InvalidClient, "Client authentication failed."),
        RefusalReason.ClientAuthenticationFailedTooOften => new(ErrorCodes.InvalidClient, "Client authentication failed too often; try again later."),
        RefusalReason.SeveralClientAuthentications => Request("The request uses more than one client authentication method."),
        RefusalReason.ClientNotAllowedGrant => new(ErrorCodes.UnauthorizedClient, "The client may not use this grant type."),

        RefusalReason.DpopProofInvalid => new(ErrorCodes.InvalidDpopProof, "The DPoP proof is not acceptable."),
        RefusalReason.DpopProofMissing => new(ErrorCodes.InvalidDpopProof, "A DPoP proof is required."),
        RefusalReason.DpopNonceRequired => new(ErrorCodes.UseDpopNonce, "The DPoP proof needs the nonce of the DPoP-Nonce header."),
        RefusalReason.ClientCertificateMissing => Request("A client certificate is required."),

        RefusalReason.SubjectTokenMalformed or
        RefusalReason.SubjectTokenHeaderRefused or
        RefusalReason.SubjectTokenTypeMismatch or
        RefusalReason.SubjectTokenIssuerUnknown or
        RefusalReason.SubjectTokenKeyUnknown or
        RefusalReason.SubjectTokenSignatureInvalid or
        RefusalReason.SubjectTokenExpired or
        RefusalReason.SubjectTokenNotYetValid or
        RefusalReason.SubjectTokenLifetimeRefused or
        RefusalReason.SubjectTokenAudienceRefused or
        RefusalReason.SubjectTokenSubjectRefused or
        RefusalReason.SubjectTokenClaimsRefused or
        RefusalReason.SubjectTokenBound or
        RefusalReason.SubjectTokenLineageRefused or
        RefusalReason.SubjectTokenChainTooLong or
        RefusalReason.SubjectTokenRevoked or
        RefusalReason.ClientNotEntitledToSubjectToken or
        RefusalReason.ClientNotNamedByMayAct or
        RefusalReason.ConditionsNotMet or
        RefusalReason.ActorMissing or
        RefusalReason.ActorChainTooDeep => Request(BadSubjectToken),

        RefusalReason.ActorTokenRefused or
        RefusalReason.ClientNotEntitledToActorToken or
        RefusalReason.ActorNotNamedByMayAct or
        RefusalReason.ActorNotAllowed => Request("The actor token is not acceptable."),

        RefusalReason.AuthenticationInsufficient =>
            new(ErrorCodes.InsufficientUserAuthentication, "The user must authenticate more strongly or anew."),
        RefusalReason.AuthorizationGrantRefused => new(ErrorCodes.InvalidGrant, "The authorization grant is not acceptable."),
        RefusalReason.RefreshTokenRefused or
        RefusalReason.RefreshTokenReused => new(ErrorCodes.InvalidGrant, "The refresh token is not acceptable."),

        RefusalReason.UnknownTarget or
        RefusalReason.TargetNotAllowed => Target("A target is unknown or not allowed for this client."),
        RefusalReason.AmbiguousRules => Target("The rules for a target are ambiguous."),
        RefusalReason.TargetsDoNotCombine => Target("The targets can't share one token."),
        RefusalReason.ScopeNotGranted => new(ErrorCodes.InvalidScope, "The requested scope exceeds what can be granted."),
        RefusalReason.NothingGranted => new(ErrorCodes.InvalidScope, "No scope can be granted."),
        RefusalReason.AuthorizationDetailsNotGranted => new(ErrorCodes.InvalidAuthorizationDetails, "The requested authorization details exceed what can be granted."),

        RefusalReason.BearerTokenMissing => new(ErrorCodes.InvalidToken, "An access token is missing."),
        RefusalReason.BearerTokenRefused => new(ErrorCodes.InvalidToken, "The access token is not acceptable."),
        RefusalReason.BearerScopeInsufficient => new(ErrorCodes.InsufficientScope, "The access token does not grant this."),

        RefusalReason.Unavailable => new(ErrorCodes.TemporarilyUnavailable, "The service is not ready; try again."),
        RefusalReason.Overloaded => new(ErrorCodes.TemporarilyUnavailable, "The service is busy; try again later."),
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "No text for this reason."),
    };

    /// <summary>
    /// The same refusal where the token was an authorization grant: <c>invalid_grant</c> (RFC 7523 section 3.1) for
    /// whatever would make a subject token <c>invalid_request</c>.
    /// </summary>
    public static Refusal OfGrant(Refusal refusal) =>
        ToTokenError(refusal.Reason).Description == BadSubjectToken
            ? new Refusal(RefusalReason.AuthorizationGrantRefused, $"{refusal.Reason}: {refusal.Detail}")
            : refusal;

    /// <summary>
    /// The same refusal where the token was a refresh token: <c>invalid_grant</c> (RFC 6749 section 5.2) for whatever the
    /// client could not have asked for otherwise. The rule of its exchange is gone, or a token that it began with is revoked.
    /// </summary>
    public static Refusal OfRefreshToken(Refusal refusal) =>
        ToTokenError(refusal.Reason).Description == BadSubjectToken || refusal.Reason is
            RefusalReason.ActorTokenRefused or RefusalReason.ClientNotEntitledToActorToken or
            RefusalReason.ActorNotNamedByMayAct or RefusalReason.ActorNotAllowed or
            RefusalReason.TargetNotAllowed or RefusalReason.AmbiguousRules or RefusalReason.TargetsDoNotCombine or
            RefusalReason.UnsupportedRequestedTokenType
            ? new Refusal(RefusalReason.RefreshTokenRefused, $"{refusal.Reason}: {refusal.Detail}")
            : refusal;

    private static TokenError Request(string description) => new(ErrorCodes.InvalidRequest, description);

    private static TokenError Target(string description) => new(ErrorCodes.InvalidTarget, description);
}
