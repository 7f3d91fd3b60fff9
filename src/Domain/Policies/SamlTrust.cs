using System.Collections.Immutable;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Policies;

/// <summary>What the SAML 2.0 assertions of a trusted issuer mean to us.</summary>
public sealed class SamlTrust
{
    /// <summary>The one format of NameID: names of two formats are two name spaces.</summary>
    public required string NameIdFormat { get; init; }

    /// <summary>URLs that a bearer confirmation may name as its recipient, besides our token endpoint.</summary>
    public required ImmutableArray<string> Recipients { get; init; }

    /// <summary>The scopes that an assertion counts as holding.</summary>
    public required ScopeSet Scopes { get; init; }

    /// <summary>Claim → name of the attribute that it is made of; in ordinal order of the claim.</summary>
    public required ImmutableArray<KeyValuePair<string, string>> Attributes { get; init; }
}
