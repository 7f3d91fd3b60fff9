using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// A refresh token and all that replaced it (RFC 6749 section 6): one exchange that its client may have decided again when
/// the tokens that it began with have expired.
/// </summary>
/// <param name="Handle">An ancestor of every token that is issued for it: to revoke it ends them all.</param>
/// <param name="StartedAt">When it was issued; each rule's lifetime counts from here.</param>
/// <param name="Until">The end that was promised then; the rules of today may bring it forward, never put it off.</param>
/// <param name="Scope">What was granted then; less may be asked for, never more.</param>
public sealed record RefreshFamily(TokenHandle Handle, DateTimeOffset StartedAt, DateTimeOffset Until, ScopeSet Scope)
{
    /// <summary>What was granted then of authorization details (RFC 9396); the same holds.</summary>
    public AuthorizationDetails AuthorizationDetails { get; init; } = AuthorizationDetails.Empty;

    /// <summary>The family that begins with the exchange that would have issued this token.</summary>
    public static RefreshFamily Of(IssuedToken token, TokenHandle handle, DateTimeOffset until) =>
        new(handle, token.IssuedAt, until, token.Scope) { AuthorizationDetails = token.AuthorizationDetails };
}
