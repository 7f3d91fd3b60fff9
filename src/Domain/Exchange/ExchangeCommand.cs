using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// One exchange that may be decided: the client is authenticated, the subject token validated, the targets resolved.
/// With a policy snapshot and the time this is everything a decision reads.
/// </summary>
public sealed record ExchangeCommand
{
    /// <summary>The authenticated client: the name of a service of the policy.</summary>
    public required string Client { get; init; }

    /// <summary>The one grant by which it asks.</summary>
    public Grants Grant { get; init; } = Grants.TokenExchange;

    /// <summary>The subject token; for the client's own token the client itself, as <see cref="ClientSubject"/> makes it.</summary>
    public required ValidatedToken Subject { get; init; }

    /// <summary>The validated actor token: whoever it is of acts. Null when the request had none.</summary>
    public ValidatedToken? Actor { get; init; }

    /// <summary>
    /// The key whose possession the caller proved for this one request, by DPoP. Null without proof.
    /// Whoever answers from memory does so after that proof: an answer may never be found by the text of a request alone.
    /// </summary>
    public Confirmation? Confirmation { get; init; }

    /// <summary>
    /// SHA-256 of the certificate whose key the caller proved in the TLS handshake, base64url (RFC 8705 section 3.1); null
    /// without one that is valid now.
    /// </summary>
    public string? CertificateThumbprint { get; init; }

    /// <summary>Names of the target services, distinct, in ordinal order; at least one.</summary>
    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>Null when the request named no scope.</summary>
    public required ScopeSet? RequestedScope { get; init; }

    /// <summary>Null when the request named no authorization details (RFC 9396).</summary>
    public AuthorizationDetails? RequestedDetails { get; init; }

    /// <summary>One of <see cref="TokenTypeIdentifiers"/>.</summary>
    public required string RequestedTokenType { get; init; }

    /// <summary>The refresh token by which it is decided again; null the first time.</summary>
    public RefreshFamily? Refresh { get; init; }

    /// <summary>Hides the subject.</summary>
    public override string ToString() => $"ExchangeCommand({Client})";
}
