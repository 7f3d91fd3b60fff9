using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>Token revocation (RFC 7009): a client gives up a token that was issued to it, and with it all its descendants.</summary>
public sealed class TokenRevocation
{
    private readonly CurrentState current;
    private readonly OwnTokenResolver tokens;
    private readonly RefreshTokenResolver refreshTokens;
    private readonly AcknowledgedRevocations revocations;

    internal TokenRevocation(
        CurrentState current, OwnTokenResolver tokens, RefreshTokenResolver refreshTokens, AcknowledgedRevocations revocations) =>
        (this.current, this.tokens, this.refreshTokens, this.revocations) = (current, tokens, refreshTokens, revocations);

    /// <param name="credentials">Null when the caller presented none.</param>
    /// <param name="token">Whatever was presented as a token.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>Null once the token is dead in the whole cluster, or was none of ours to begin with (section 2.2).</returns>
    public async Task<Refusal?> RevokeAsync(ClientCredentials? credentials, SensitiveText token, CancellationToken cancellationToken)
    {
        Claim claim;
        using (var answer = await current.AnswerClientAsync<Claim>(
            credentials,
            async (client, snapshot) => (await tokens.ResolveAsync(token, snapshot) ?? await refreshTokens.ResolveAsync(token, snapshot)) switch
            {
                null => new Claim(client.Name, null),
                var own when own.ClientId != client.Name => new Refusal(RefusalReason.TokenOfAnotherClient),
                var own => new Claim(client.Name, RevocationTarget.Token(own.Handle)),
            },
            cancellationToken))
        {
            if (answer.Value is null)
            {
                return answer.Refusal;
            }

            claim = answer.Value;
        }

        // Also what is revoked already: whoever revoked it may still be waiting for the rest of the cluster.
        return claim.Target is not { } target
            ? null
            : (await revocations.RevokeAsync([target], isBlock: false, new Revoker(claim.Client, null), cancellationToken)).Refusal;
    }

    private sealed record Claim(string Client, RevocationTarget? Target);
}
