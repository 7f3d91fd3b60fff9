using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// Why an exchange was refused, grouped by stage. One source for the response (<see cref="RefusalCatalogue"/>), the
/// metric tag and the operator's log.
/// </summary>
public enum RefusalReason
{
    // The request itself.
    MalformedRequest,
    DuplicateParameter,
    TooManyParameters,
    QueryNotAllowed,
    MissingGrantType,
    UnsupportedGrantType,
    MissingSubjectToken,
    MissingSubjectTokenType,
    UnknownTokenType,
    UnsupportedSubjectTokenType,
    UnsupportedRequestedTokenType,
    ActorTokenWithoutType,
    ActorTokenTypeWithoutToken,
    UnsupportedActorTokenType,
    TokenTooLong,
    MissingAssertion,
    MissingRefreshToken,
    MalformedBatch,
    MalformedScope,
    MalformedAuthorizationDetails,
    MalformedResource,
    MissingTarget,
    TooManyTargets,
    MissingToken,

    // The client.
    ClientAuthenticationMissing,
    ClientAuthenticationFailed,
    ClientAuthenticationFailedTooOften,
    SeveralClientAuthentications,
    ClientNotAllowedGrant,

    // The proof of possession.
    DpopProofInvalid,
    DpopProofMissing,
    DpopNonceRequired,
    ClientCertificateMissing,

    // The subject token.
    SubjectTokenMalformed,
    SubjectTokenHeaderRefused,
    SubjectTokenTypeMismatch,
    SubjectTokenIssuerUnknown,
    SubjectTokenKeyUnknown,
    SubjectTokenSignatureInvalid,
    SubjectTokenExpired,
    SubjectTokenNotYetValid,
    SubjectTokenLifetimeRefused,
    SubjectTokenAudienceRefused,
    SubjectTokenSubjectRefused,
    SubjectTokenClaimsRefused,
    SubjectTokenBound,
    SubjectTokenLineageRefused,
    SubjectTokenChainTooLong,
    SubjectTokenRevoked,
    ClientNotEntitledToSubjectToken,
    ClientNotNamedByMayAct,

    // The authorization grant: what a subject token would be refused for, or what only a grant must fulfil.
    AuthorizationGrantRefused,

    // The refresh token: unknown, expired, of another client, or what a subject token would be refused for now.
    RefreshTokenRefused,

    // It was replaced before: it has been stolen, or its client has lost count.
    RefreshTokenReused,

    // The actor token: the detail names the check that a subject token would have failed.
    ActorTokenRefused,
    ClientNotEntitledToActorToken,
    ActorNotNamedByMayAct,

    // The rules.
    UnknownTarget,
    TargetNotAllowed,
    ConditionsNotMet,
    ActorNotAllowed,
    ActorMissing,
    ActorChainTooDeep,
    AuthenticationInsufficient,
    AmbiguousRules,
    TargetsDoNotCombine,
    ScopeNotGranted,
    NothingGranted,
    AuthorizationDetailsNotGranted,

    // A token to revoke.
    TokenOfAnotherClient,

    // The access token of an administrator.
    BearerTokenMissing,
    BearerTokenRefused,
    BearerScopeInsufficient,

    // This service.
    Unavailable,

    // It has more to do than it can in time.
    Overloaded,
}

/// <summary>
/// A refused exchange: an expected outcome, not an exception. <paramref name="Detail"/> is for the operator only and
/// never holds a token, a secret or a subject.
/// </summary>
public sealed record Refusal(RefusalReason Reason, string? Detail = null)
{
    /// <summary>With <see cref="RefusalReason.AuthenticationInsufficient"/>: what would do.</summary>
    public StepUp? StepUp { get; init; }
}
