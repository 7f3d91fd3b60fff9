using System.ComponentModel.DataAnnotations;

namespace ExchangeCluster.Client;

/// <summary>Where tokens are exchanged, as whom, and how much is remembered.</summary>
public sealed class TokenExchangeOptions
{
    /// <summary>The base address of the token service, its issuer identifier: https, or http on loopback.</summary>
    [Required]
    public Uri? Issuer { get; set; }

    /// <summary>The <c>client_id</c>: the name of this service in the policy.</summary>
    [Required]
    public string? ClientId { get; set; }

    /// <summary>A client secret; or <see cref="ClientKey"/>.</summary>
    public string? ClientSecret { get; set; }

    /// <summary>
    /// A private JWK (RFC 7517) with <c>alg</c>, by which this service authenticates with <c>private_key_jwt</c>; or
    /// <see cref="ClientSecret"/>.
    /// </summary>
    public string? ClientKey { get; set; }

    /// <summary>
    /// A private JWK with <c>alg</c>: tokens are asked for with a DPoP proof by it, and sent with one (RFC 9449). Null: tokens
    /// are bearer tokens.
    /// </summary>
    public string? ProofKey { get; set; }

    /// <summary>By the name of the target as the application says it: targets that trust another domain's token service.</summary>
    public IDictionary<string, OtherDomain> OtherDomains { get; } = new Dictionary<string, OtherDomain>(StringComparer.Ordinal);

    /// <summary>
    /// How long an exchanged token may be used again: what is revoked is used at most this much longer by this process. Zero
    /// turns the memory off. Default 30 seconds, at most 5 minutes.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan MaxStaleness { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>The most tokens that are remembered. Default 10,000.</summary>
    [Range(1, 10_000_000)]
    public int MaxCachedTokens { get; set; } = 10_000;

    /// <summary>How often this service asks whether its sharing plan still holds. Default 1 minute.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan PlanInterval { get; set; } = TimeSpan.FromMinutes(1);
}
