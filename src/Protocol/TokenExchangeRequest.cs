using System.Collections.Immutable;

namespace ExchangeCluster.Protocol;

/// <summary>A token exchange request (RFC 8693 section 2.1), every value parsed once and bounded.</summary>
public sealed class TokenExchangeRequest
{
    /// <summary>The longest subject or actor token, in characters.</summary>
    public const int MaxTokenLength = 16 * 1024;

    /// <summary>The most targets (<c>audience</c> and <c>resource</c> together) of one request.</summary>
    public const int MaxTargets = 8;

    public required SensitiveText SubjectToken { get; init; }

    public required string SubjectTokenType { get; init; }

    public SensitiveText? ActorToken { get; init; }

    public string? ActorTokenType { get; init; }

    /// <summary>Logical names of targets, in the order of the request.</summary>
    public ImmutableArray<string> Audiences { get; init; } = [];

    /// <summary>Absolute URIs of targets without fragment, in the order of the request.</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Null when the request named no scope.</summary>
    public ScopeSet? Scope { get; init; }

    /// <summary>Null when the request named no authorization details (RFC 9396).</summary>
    public AuthorizationDetails? AuthorizationDetails { get; init; }

    /// <summary>Null when the request named no type: an access token is issued.</summary>
    public string? RequestedTokenType { get; init; }
}
