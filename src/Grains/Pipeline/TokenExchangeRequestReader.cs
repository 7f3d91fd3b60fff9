using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Reads the parameters of a token exchange request (RFC 8693 section 2.1). The HTTP facade and the public grain share
/// it, so that both refuse the same requests for the same reason. A parameter without a value counts as omitted, an
/// unknown one is ignored, and only <c>audience</c> and <c>resource</c> may occur more than once (RFC 6749 section 3.2).
/// </summary>
public static class TokenExchangeRequestReader
{
    /// <summary>The most parameters of one request, unknown ones included.</summary>
    public const int MaxParameters = 100;

    private static readonly FrozenSet<string> SingleValued = new[]
    {
        ParameterNames.GrantType, ParameterNames.Scope, ParameterNames.RequestedTokenType,
        ParameterNames.SubjectToken, ParameterNames.SubjectTokenType,
        ParameterNames.ActorToken, ParameterNames.ActorTokenType,
        ParameterNames.ClientId, ParameterNames.ClientSecret,
        ParameterNames.ClientAssertion, ParameterNames.ClientAssertionType,
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>Exactly one of the results is set.</summary>
    /// <param name="parameters">Every decoded name and value of the body, in order; client credentials may be among them.</param>
    public static (TokenExchangeRequest? Request, Refusal? Refusal) Read(
        IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        return TryCollect(parameters, out var values) is { } refusal ? (null, refusal) : Read(values);
    }

    private static (TokenExchangeRequest? Request, Refusal? Refusal) Read(Values values)
    {
        var refusal = CheckGrant(values) ?? CheckTypes(values) ?? CheckLengths(values) ?? CheckTargets(values);
        if (refusal is not null)
        {
            return (null, refusal);
        }

        ScopeSet? scope = null;
        if (values.Get(ParameterNames.Scope) is { } text && !ScopeSet.TryParse(text, out scope))
        {
            return (null, new Refusal(RefusalReason.MalformedScope));
        }

        var request = new TokenExchangeRequest
        {
            SubjectToken = new SensitiveText(values.Get(ParameterNames.SubjectToken)!),
            SubjectTokenType = values.Get(ParameterNames.SubjectTokenType)!,
            ActorToken = values.Get(ParameterNames.ActorToken) is { } actor ? new SensitiveText(actor) : null,
            ActorTokenType = values.Get(ParameterNames.ActorTokenType),
            Audiences = values.Audiences.ToImmutable(),
            Resources = values.Resources.ToImmutable(),
            Scope = scope is { IsEmpty: true } ? null : scope,
            RequestedTokenType = values.Get(ParameterNames.RequestedTokenType),
        };
        return (request, null);
    }

    private static Refusal? TryCollect(IReadOnlyList<KeyValuePair<string, string>> parameters, out Values values)
    {
        values = new Values();
        if (parameters.Count > MaxParameters)
        {
            return new Refusal(RefusalReason.TooManyParameters);
        }

        foreach (var (name, value) in parameters)
        {
            switch (name)
            {
                case ParameterNames.Audience when value.Length > 0:
                    values.Audiences.Add(value);
                    break;
                case ParameterNames.Resource when value.Length > 0:
                    values.Resources.Add(value);
                    break;
                case var _ when SingleValued.Contains(name) && !values.Single.TryAdd(name, value):
                    return new Refusal(RefusalReason.DuplicateParameter, name);
            }
        }

        return null;
    }

    private static Refusal? CheckGrant(Values values) => values.Get(ParameterNames.GrantType) switch
    {
        null => new Refusal(RefusalReason.MissingGrantType),
        GrantTypes.TokenExchange => null,
        _ => new Refusal(RefusalReason.UnsupportedGrantType),
    };

    private static Refusal? CheckTypes(Values values)
    {
        var hasActor = values.Get(ParameterNames.ActorToken) is not null;
        var actorType = values.Get(ParameterNames.ActorTokenType);
        RefusalReason? reason = (values.Get(ParameterNames.SubjectToken), values.Get(ParameterNames.SubjectTokenType)) switch
        {
            (null, _) => RefusalReason.MissingSubjectToken,
            (_, null) => RefusalReason.MissingSubjectTokenType,
            (_, var type) when !IsKnown(type) => RefusalReason.UnknownTokenType,
            (_, var type) when !IsJwt(type) => RefusalReason.UnsupportedSubjectTokenType,
            _ when hasActor && actorType is null => RefusalReason.ActorTokenWithoutType,
            _ when !hasActor && actorType is not null => RefusalReason.ActorTokenTypeWithoutToken,
            _ when actorType is not null && !IsKnown(actorType) => RefusalReason.UnknownTokenType,
            _ when actorType is not null && !IsJwt(actorType) => RefusalReason.UnsupportedActorTokenType,
            _ => values.Get(ParameterNames.RequestedTokenType) is { } requested && !IsJwt(requested)
                ? RefusalReason.UnsupportedRequestedTokenType
                : null,
        };
        return reason is { } found ? new Refusal(found) : null;
    }

    private static Refusal? CheckLengths(Values values) =>
        values.Get(ParameterNames.SubjectToken)!.Length > TokenExchangeRequest.MaxTokenLength
        || values.Get(ParameterNames.ActorToken)?.Length > TokenExchangeRequest.MaxTokenLength
            ? new Refusal(RefusalReason.TokenTooLong)
            : null;

    private static Refusal? CheckTargets(Values values) => (values.Audiences.Count + values.Resources.Count) switch
    {
        0 => new Refusal(RefusalReason.MissingTarget),
        > TokenExchangeRequest.MaxTargets => new Refusal(RefusalReason.TooManyTargets),
        _ when !values.Resources.All(IsAbsoluteWithoutFragment) => new Refusal(RefusalReason.MalformedResource),
        _ => null,
    };

    private static bool IsKnown(string type) =>
        IsJwt(type) || type is TokenTypeIdentifiers.RefreshToken or TokenTypeIdentifiers.IdToken
            or TokenTypeIdentifiers.Saml1 or TokenTypeIdentifiers.Saml2;

    private static bool IsJwt(string type) => type is TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.Jwt;

    // Uri alone takes "/path" and "//host/path" for absolute file URIs on Unix: hence the look at the scheme.
    private static bool IsAbsoluteWithoutFragment(string resource) =>
        !resource.Contains('#', StringComparison.Ordinal)
        && resource.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
        && Uri.CheckSchemeName(resource[..colon])
        && Uri.IsWellFormedUriString(resource, UriKind.Absolute);

    private sealed class Values
    {
        public Dictionary<string, string> Single { get; } = new(StringComparer.Ordinal);

        public ImmutableArray<string>.Builder Audiences { get; } = ImmutableArray.CreateBuilder<string>();

        public ImmutableArray<string>.Builder Resources { get; } = ImmutableArray.CreateBuilder<string>();

        /// <summary>Null when omitted or empty.</summary>
        public string? Get(string name) => Single.TryGetValue(name, out var value) && value.Length > 0 ? value : null;
    }
}
