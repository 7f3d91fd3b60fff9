using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Policies;

/// <summary>
/// A compiled policy: immutable, validated, every question of a request a dictionary look-up. Made by
/// <see cref="PolicyCompiler"/> only.
/// </summary>
public sealed class PolicySnapshot
{
    public required long Revision { get; init; }

    /// <summary>Our own issuer identifier.</summary>
    public required string Issuer { get; init; }

    /// <summary>The longest life of any issued token.</summary>
    public required TimeSpan MaxLifetime { get; init; }

    /// <summary>The most actors in one another in the <c>act</c> of an issued token.</summary>
    public required int MaxActorDepth { get; init; }

    /// <summary>Whether every DPoP proof must carry a nonce of ours (RFC 9449 section 8).</summary>
    public bool DpopNonceRequired { get; init; }

    /// <summary>Trusted issuers by exact <c>iss</c>.</summary>
    public required FrozenDictionary<string, TrustedIssuer> TrustedIssuers { get; init; }

    /// <summary>Services by name. A service's name is its <c>client_id</c>.</summary>
    public required FrozenDictionary<string, Service> Services { get; init; }

    /// <summary>Services by name and by audience: what <c>audience</c> may say.</summary>
    public required IReadOnlyDictionary<string, Service> ServicesByAudience { get; init; }

    /// <summary>Services by the absolute URIs that <c>resource</c> may say: their audiences and their resources.</summary>
    public IReadOnlyDictionary<string, Service> ServicesByResource { get; init; } = FrozenDictionary<string, Service>.Empty;

    /// <summary>Every rule of an edge, in the order of the file.</summary>
    public required IReadOnlyDictionary<Edge, ImmutableArray<AcceptRule>> Rules { get; init; }

    /// <summary>What becomes of every edge.</summary>
    public SharingPlan Sharing { get; init; } = SharingPlan.Empty;

    public EmbeddingLimits Embedding { get; init; } = EmbeddingLimits.Default;

    /// <summary>
    /// Longest life any trusted issuer may give a token, and our own, refresh tokens included: how long a cut-off must last.
    /// </summary>
    public required TimeSpan LongestAcceptedLifetime { get; init; }

    /// <summary>Every type of authorization detail that a service knows, in ordinal order.</summary>
    public ImmutableArray<string> AuthorizationDetailsTypes { get; init; } = [];

    /// <summary>Resolves an <c>audience</c> parameter: a service's name or its audience value, exactly.</summary>
    public bool TryFindByAudience(string audience, [NotNullWhen(true)] out Service? service) =>
        ServicesByAudience.TryGetValue(audience, out service);

    /// <summary>Resolves a <c>resource</c> parameter: a service's audience or one of its resources, exactly; never a bare name.</summary>
    public bool TryFindByResource(string resource, [NotNullWhen(true)] out Service? service) =>
        ServicesByResource.TryGetValue(resource, out service);

    /// <summary>The rules under which <paramref name="client"/> may get a token for <paramref name="target"/>.</summary>
    public ImmutableArray<AcceptRule> RulesOf(string client, string target) =>
        Rules.TryGetValue(new Edge(client, target), out var rules) ? rules : [];
}

/// <summary>Caller and target, by service name.</summary>
public readonly record struct Edge(string Client, string Target);
