using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// The parameters of one request, collected: one without a value counts as omitted, an unknown one is ignored, and only
/// <c>audience</c> and <c>resource</c> may occur more than once (RFC 6749 section 3.2).
/// </summary>
internal sealed class RequestParameters
{
    /// <summary>The most parameters of one request, unknown ones included.</summary>
    public const int MaxCount = 100;

    private static readonly FrozenSet<string> SingleValued = new[]
    {
        ParameterNames.GrantType, ParameterNames.Scope, AuthorizationDetails.Name, ParameterNames.RequestedTokenType,
        ParameterNames.SubjectToken, ParameterNames.SubjectTokenType,
        ParameterNames.ActorToken, ParameterNames.ActorTokenType, ParameterNames.Assertion, ParameterNames.RefreshToken, ParameterNames.Requests,
        ParameterNames.ClientId, ParameterNames.ClientSecret,
        ParameterNames.ClientAssertion, ParameterNames.ClientAssertionType,
        ParameterNames.Token, ParameterNames.TokenTypeHint,
    }.ToFrozenSet(StringComparer.Ordinal);

    private readonly Dictionary<string, string> single = new(StringComparer.Ordinal);

    private RequestParameters()
    {
    }

    /// <summary>In the order of the request.</summary>
    public ImmutableArray<string> Audiences { get; private set; }

    /// <summary>In the order of the request.</summary>
    public ImmutableArray<string> Resources { get; private set; }

    /// <summary>Exactly one of the results is set.</summary>
    public static (RequestParameters? Parameters, Refusal? Refusal) Collect(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        if (parameters.Count > MaxCount)
        {
            return (null, new Refusal(RefusalReason.TooManyParameters));
        }

        var collected = new RequestParameters();
        var audiences = ImmutableArray.CreateBuilder<string>();
        var resources = ImmutableArray.CreateBuilder<string>();
        foreach (var (name, value) in parameters)
        {
            switch (name)
            {
                case ParameterNames.Audience when value.Length > 0:
                    audiences.Add(value);
                    break;
                case ParameterNames.Resource when value.Length > 0:
                    resources.Add(value);
                    break;
                case var _ when SingleValued.Contains(name) && !collected.single.TryAdd(name, value):
                    return (null, new Refusal(RefusalReason.DuplicateParameter, name));
            }
        }

        (collected.Audiences, collected.Resources) = (audiences.ToImmutable(), resources.ToImmutable());
        return (collected, null);
    }

    /// <summary>These parameters, but for what one request of a batch says itself: its only target, its scope, its type.</summary>
    public RequestParameters ForItem(string? audience, string? resource, string? scope, string? details, string? requestedTokenType)
    {
        var item = new RequestParameters { Audiences = audience is null ? [] : [audience], Resources = resource is null ? [] : [resource] };
        foreach (var (name, value) in single)
        {
            item.single[name] = value;
        }

        item.single[ParameterNames.Scope] = scope ?? string.Empty;
        item.single[AuthorizationDetails.Name] = details ?? string.Empty;
        item.single[ParameterNames.RequestedTokenType] = requestedTokenType ?? string.Empty;
        return item;
    }

    /// <summary>Null when omitted or empty.</summary>
    public string? Get(string name) => single.TryGetValue(name, out var value) && value.Length > 0 ? value : null;

    /// <summary>Reads how much is asked for: null, and each null where it was not named; or why it can't be read.</summary>
    public Refusal? ReadExtent(out ScopeSet? scope, out AuthorizationDetails? details)
    {
        (scope, details) = (null, null);
        if (Get(ParameterNames.Scope) is { } text && !ScopeSet.TryParse(text, out scope))
        {
            return new Refusal(RefusalReason.MalformedScope);
        }

        if (Get(AuthorizationDetails.Name) is { } json && !AuthorizationDetails.TryParse(json, out details))
        {
            return new Refusal(RefusalReason.MalformedAuthorizationDetails);
        }

        scope = scope is { IsEmpty: true } ? null : scope;
        details = details is { IsEmpty: true } ? null : details;
        return null;
    }

    /// <summary>
    /// Null when the request names targets, not fewer than <paramref name="least"/> and not more than <paramref name="most"/>,
    /// all of them well-formed.
    /// </summary>
    public Refusal? CheckTargets(int most, int least = 1)
    {
        var count = Audiences.Length + Resources.Length;
        return count < least ? new Refusal(RefusalReason.MissingTarget)
            : count > most ? new Refusal(RefusalReason.TooManyTargets)
            : Resources.All(IsAbsoluteWithoutFragment) ? null
            : new Refusal(RefusalReason.MalformedResource);
    }

    // Uri alone takes "/path" and "//host/path" for absolute file URIs on Unix: hence the look at the scheme.
    private static bool IsAbsoluteWithoutFragment(string resource) =>
        !resource.Contains('#', StringComparison.Ordinal)
        && resource.IndexOf(':', StringComparison.Ordinal) is var colon and > 0
        && Uri.CheckSchemeName(resource[..colon])
        && Uri.IsWellFormedUriString(resource, UriKind.Absolute);
}
