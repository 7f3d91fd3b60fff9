namespace ExchangeCluster.Protocol;

/// <summary>Values of <c>grant_type</c>.</summary>
public static class GrantTypes
{
    /// <summary>Token exchange (RFC 8693 section 2.1).</summary>
    public const string TokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";

    /// <summary>The client's own token (RFC 6749 section 4.4).</summary>
    public const string ClientCredentials = "client_credentials";

    /// <summary>A JWT authorization grant (RFC 7523 section 2.1).</summary>
    public const string JwtBearer = "urn:ietf:params:oauth:grant-type:jwt-bearer";

    /// <summary>A new access token for a refresh token (RFC 6749 section 6).</summary>
    public const string RefreshToken = "refresh_token";

    /// <summary>
    /// Several token exchanges of one subject token in one request: an extension of ours (RFC 6749 section 4.5); see
    /// docs/batch-exchange.md.
    /// </summary>
    public const string BatchTokenExchange = "urn:exchange-cluster:params:oauth:grant-type:batch-token-exchange";
}

/// <summary>Token type identifiers (RFC 8693 section 3).</summary>
public static class TokenTypeIdentifiers
{
    public const string AccessToken = "urn:ietf:params:oauth:token-type:access_token";
    public const string RefreshToken = "urn:ietf:params:oauth:token-type:refresh_token";
    public const string IdToken = "urn:ietf:params:oauth:token-type:id_token";
    public const string Saml1 = "urn:ietf:params:oauth:token-type:saml1";
    public const string Saml2 = "urn:ietf:params:oauth:token-type:saml2";
    public const string Jwt = "urn:ietf:params:oauth:token-type:jwt";
}

/// <summary>Values of the response member <c>token_type</c> (RFC 6749 section 7.1, RFC 8693 section 2.2.1).</summary>
public static class AccessTokenTypes
{
    public const string Bearer = "Bearer";

    /// <summary>The issued token is bound to the key of the caller's proof (RFC 9449 section 5).</summary>
    public const string Dpop = "DPoP";

    /// <summary>The issued token can't be used as an access token.</summary>
    public const string NotApplicable = "N_A";
}

/// <summary>Names of token endpoint parameters and response members.</summary>
public static class ParameterNames
{
    public const string GrantType = "grant_type";
    public const string Resource = "resource";
    public const string Audience = "audience";
    public const string Scope = "scope";
    public const string RequestedTokenType = "requested_token_type";
    public const string SubjectToken = "subject_token";
    public const string SubjectTokenType = "subject_token_type";
    public const string ActorToken = "actor_token";
    public const string ActorTokenType = "actor_token_type";
    public const string Assertion = "assertion";
    public const string RefreshToken = "refresh_token";

    /// <summary>Of a batch exchange: a JSON array of what is asked for.</summary>
    public const string Requests = "requests";

    /// <summary>Of the answer to a batch exchange: one result for each request, in the same order.</summary>
    public const string Responses = "responses";
    public const string ClientId = "client_id";
    public const string ClientSecret = "client_secret";
    public const string ClientAssertion = "client_assertion";
    public const string ClientAssertionType = "client_assertion_type";

    /// <summary>The token to revoke or to introspect (RFC 7009 section 2.1, RFC 7662 section 2.1).</summary>
    public const string Token = "token";

    public const string TokenTypeHint = "token_type_hint";
    public const string AccessToken = "access_token";
    public const string IssuedTokenType = "issued_token_type";
    public const string TokenType = "token_type";
    public const string ExpiresIn = "expires_in";
    public const string Error = "error";
    public const string ErrorDescription = "error_description";
    public const string AcrValues = "acr_values";
    public const string MaxAge = "max_age";
}

/// <summary>Values of <c>client_assertion_type</c>.</summary>
public static class ClientAssertionTypes
{
    /// <summary>RFC 7523 section 2.2.</summary>
    public const string JwtBearer = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
}

/// <summary>Error codes of RFC 6749 section 5.2 and RFC 8693 section 2.2.2.</summary>
public static class ErrorCodes
{
    public const string InvalidRequest = "invalid_request";
    public const string InvalidClient = "invalid_client";
    public const string InvalidGrant = "invalid_grant";
    public const string UnauthorizedClient = "unauthorized_client";
    public const string UnsupportedGrantType = "unsupported_grant_type";
    public const string InvalidScope = "invalid_scope";
    public const string InvalidTarget = "invalid_target";

    /// <summary>RFC 9396 section 5.</summary>
    public const string InvalidAuthorizationDetails = "invalid_authorization_details";

    /// <summary>RFC 9449 section 5.</summary>
    public const string InvalidDpopProof = "invalid_dpop_proof";

    /// <summary>RFC 9449 section 8: try again with the nonce of the header DPoP-Nonce.</summary>
    public const string UseDpopNonce = "use_dpop_nonce";

    /// <summary>RFC 9470 section 3: how or when the user was authenticated does not suffice.</summary>
    public const string InsufficientUserAuthentication = "insufficient_user_authentication";

    /// <summary>RFC 6750 section 3.1.</summary>
    public const string InvalidToken = "invalid_token";

    /// <summary>RFC 6750 section 3.1.</summary>
    public const string InsufficientScope = "insufficient_scope";

    /// <summary>The service can't know the current policy, keys or revocations; sent with status 503.</summary>
    public const string TemporarilyUnavailable = "temporarily_unavailable";

    /// <summary>A defect of the service; sent with status 500.</summary>
    public const string ServerError = "server_error";
}
