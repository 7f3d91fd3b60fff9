using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Until when the same question of the same caller may get the same answer, as long as the state stays what it is.</summary>
internal static class NearUse
{
    /// <summary>
    /// Null for what counts once: authorization grants, refresh tokens, SAML assertions; and for what the subject's grain does not keep either.
    /// </summary>
    public static DateTimeOffset? UntilOf(ExchangeRun run, ExchangeCommand command, SubjectReply.Issued issued, ClusterSnapshot snapshot) =>
        run.Request is TokenRequest.Exchange
        && issued.KeptUntil is { } kept
        && EndOf(command.Subject, snapshot) is { } subject
        && (command.Actor is null ? DateTimeOffset.MaxValue : EndOf(command.Actor, snapshot)) is { } actor
            ? new[] { kept, subject, actor }.Min()
            : null;

    /// <summary>When a fresh check could begin to refuse this token: its own end, or that of the keys which verified it.</summary>
    private static DateTimeOffset? EndOf(ValidatedToken token, ClusterSnapshot snapshot)
    {
        if (token.TokenType is not (TokenTypeIdentifiers.AccessToken or TokenTypeIdentifiers.Jwt or TokenTypeIdentifiers.IdToken))
        {
            return null;
        }

        var end = token.ExpiresAt - SubjectTokenGate.MinimumLife;
        return snapshot.IssuerKeys.TryGetValue(token.Issuer, out var keys) && keys.FetchedAt + keys.MaxAge < end ? keys.FetchedAt + keys.MaxAge : end;
    }
}
