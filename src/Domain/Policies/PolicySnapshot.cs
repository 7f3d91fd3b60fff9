using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies;

/// <summary>
/// A compiled policy: immutable, validated, every question of a request a dictionary look-up. Made by
/// <c>PolicyCompiler</c> only.
/// </summary>
public sealed class PolicySnapshot
{
    public required long Revision { get; init; }

    /// <summary>Our own issuer identifier.</summary>
    public required string Issuer { get; init; }

    /// <summary>The longest life of any issued token.</summary>
    public required TimeSpan MaxLifetime { get; init; }

    /// <summary>Trusted issuers by exact <c>iss</c>.</summary>
    public required FrozenDictionary<string, TrustedIssuer> TrustedIssuers { get; init; }

    /// <summary>Services by name. A service's name is its <c>client_id</c>.</summary>
    public required FrozenDictionary<string, Service> Services { get; init; }

    /// <summary>Services by name and by audience: what <c>audience</c> may say.</summary>
    public required FrozenDictionary<string, Service> ServicesByAudience { get; init; }

    /// <summary>Every rule of an edge, in the order of the file.</summary>
    public required FrozenDictionary<Edge, ImmutableArray<AcceptRule>> Rules { get; init; }

    /// <summary>Longest life any trusted issuer may give a token, and our own: how long a cut-off must last.</summary>
    public required TimeSpan LongestAcceptedLifetime { get; init; }

    /// <summary>Resolves an <c>audience</c> parameter: a service's name or its audience value, exactly.</summary>
    public bool TryFindByAudience(string audience, [NotNullWhen(true)] out Service? service) =>
        ServicesByAudience.TryGetValue(audience, out service);

    /// <summary>Resolves a <c>resource</c> parameter: a service's audience value, exactly; never a bare name.</summary>
    public bool TryFindByResource(string resource, [NotNullWhen(true)] out Service? service) =>
        ServicesByAudience.TryGetValue(resource, out service) && string.Equals(service.Audience, resource, StringComparison.Ordinal);

    /// <summary>The rules under which <paramref name="client"/> may get a token for <paramref name="target"/>.</summary>
    public ImmutableArray<AcceptRule> RulesOf(string client, string target) =>
        Rules.TryGetValue(new Edge(client, target), out var rules) ? rules : [];
}

/// <summary>Caller and target, by service name.</summary>
public readonly record struct Edge(string Client, string Target);

/// <summary>A service: caller and target at once.</summary>
public sealed class Service
{
    /// <summary>Also its <c>client_id</c>.</summary>
    public required string Name { get; init; }

    public required string Domain { get; init; }

    /// <summary>The value of <c>aud</c> in tokens for it.</summary>
    public required string Audience { get; init; }

    /// <summary>The scopes that exist at this service; also the ceiling of what it may pass on.</summary>
    public required ScopeSet Scopes { get; init; }

    public required ServiceCredentials Credentials { get; init; }

    /// <summary>False: it is authenticated, and then refused with <c>unauthorized_client</c>.</summary>
    public required bool MayExchange { get; init; }

    /// <summary>JWS algorithm of tokens for it: <c>ES256</c> (default) or <c>RS256</c>.</summary>
    public required string SigningAlgorithm { get; init; }
}

/// <summary>How a service proves that it is itself. A service without any can't call.</summary>
public sealed class ServiceCredentials
{
    public static readonly ServiceCredentials None = new() { SecretHashes = [], KeySet = null };

    /// <summary>Accepted client secrets, in the stored form of <c>ClientSecretHash</c>; at most two.</summary>
    public required ImmutableArray<string> SecretHashes { get; init; }

    /// <summary>Where its public keys for <c>private_key_jwt</c> come from; null when it has none.</summary>
    public required KeySetSource? KeySet { get; init; }
}

/// <summary>Exactly one of the members is set.</summary>
/// <param name="DiscoveryIssuer">Keys by OpenID Connect discovery at this issuer.</param>
/// <param name="JwksUri">Keys at this URI.</param>
/// <param name="File">Keys in this file, absolute or relative to the policy file.</param>
/// <param name="Inline">The JWK Set itself.</param>
public sealed record KeySetSource(string? DiscoveryIssuer = null, Uri? JwksUri = null, string? File = null, string? Inline = null);

/// <summary>An issuer whose tokens are accepted.</summary>
public sealed class TrustedIssuer
{
    public required string Issuer { get; init; }

    public required KeySetSource Keys { get; init; }

    /// <summary>JWS algorithms it may use; never empty.</summary>
    public required ImmutableArray<string> Algorithms { get; init; }

    /// <summary>A token of it must have one of these in <c>aud</c>; never empty.</summary>
    public required ImmutableArray<string> Audiences { get; init; }

    /// <summary>Longest accepted <c>exp</c> − <c>iat</c>.</summary>
    public required TimeSpan MaxLifetime { get; init; }

    /// <summary>Values of the <c>typ</c> header accepted for an access token; default <c>at+jwt</c>. "JWT" also admits an absent one.</summary>
    public required ImmutableArray<string> AccessTokenTypes { get; init; }

    /// <summary>
    /// Put before its subjects in issued tokens, so that the same <c>sub</c> of two issuers stays two subjects. At most
    /// one issuer has an empty one, and no prefix begins another.
    /// </summary>
    public required string SubjectPrefix { get; init; }
}

public enum ShareStrategy
{
    Exchange,
    Embed,
    Reuse,
}

/// <summary>One <c>accepts</c> entry: who may call the target, when, and what the token for it holds.</summary>
public sealed class AcceptRule
{
    /// <summary>Name for logs and explanations: <c>target/accepts[index]</c>.</summary>
    public required string Name { get; init; }

    public required string From { get; init; }

    public required string Target { get; init; }

    public required RuleConditions When { get; init; }

    /// <summary>Scopes that pass where the subject and the client hold them.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>Granted scope → the scope whose holder may get it.</summary>
    public required FrozenDictionary<string, string> Elevate { get; init; }

    /// <summary>Services whose elevated scopes may satisfy this rule's <c>when</c> and <c>elevate</c>.</summary>
    public required ImmutableArray<string> Through { get; init; }

    /// <summary>What happens to each claim of the output beyond the protocol's own; in ordinal order of the name.</summary>
    public required ImmutableArray<ClaimMapping> Claims { get; init; }

    /// <summary>True when the target sees a pairwise pseudonym for <c>sub</c>.</summary>
    public required bool PairwiseSubject { get; init; }

    /// <summary>Null: the policy's maximum.</summary>
    public required TimeSpan? Lifetime { get; init; }

    public required ShareStrategy Share { get; init; }
}

/// <summary>All must hold.</summary>
public sealed class RuleConditions
{
    public static readonly RuleConditions None = new() { Scopes = ScopeSet.Empty, Claims = [], Issuers = [] };

    /// <summary>The subject token must hold all of these.</summary>
    public required ScopeSet Scopes { get; init; }

    public required ImmutableArray<ClaimCondition> Claims { get; init; }

    /// <summary>The root issuer must be one of these; empty: any trusted one.</summary>
    public required ImmutableArray<string> Issuers { get; init; }
}

/// <summary>
/// A condition on one claim of the presented subject token. With <see cref="AnyOf"/> null the claim must be present;
/// else it must equal one of the values, or be an array that contains one.
/// </summary>
public sealed record ClaimCondition(string Claim, ImmutableArray<JsonElement>? AnyOf);

/// <summary>
/// How one claim of the output is made: a constant (<see cref="Constant"/>), or the value of <see cref="Source"/> in the
/// subject token, left out where the subject token lacks it. Exactly one is set.
/// </summary>
public sealed record ClaimMapping(string Claim, string? Source, JsonElement? Constant);
