using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Introspection;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Introspection;

/// <summary>Token introspection (RFC 7662), signed on request (RFC 9701).</summary>
public sealed class TokenIntrospection
{
    private readonly CurrentState current;
    private readonly OwnTokenResolver tokens;
    private readonly RefreshTokenResolver refreshTokens;
    private readonly TimeProvider time;

    internal TokenIntrospection(CurrentState current, OwnTokenResolver tokens, RefreshTokenResolver refreshTokens, TimeProvider time) =>
        (this.current, this.tokens, this.refreshTokens, this.time) = (current, tokens, refreshTokens, time);

    /// <param name="credentials">Null when the caller presented none.</param>
    /// <param name="token">Whatever was presented as a token.</param>
    /// <param name="signed">Whether the caller wants the response as a JWT.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>To be disposed once it is handed over.</returns>
    public Task<Answer<IntrospectionResult>> IntrospectAsync(
        ClientCredentials? credentials, SensitiveText token, bool signed, CancellationToken cancellationToken) =>
        current.AnswerClientAsync<IntrospectionResult>(
            credentials,
            async (caller, snapshot) =>
            {
                var found = await tokens.ResolveActiveAsync(token, snapshot) ?? await refreshTokens.ResolveActiveAsync(token, snapshot);
                var response = IntrospectionResponse.Of(found, caller);
                var now = time.GetUtcNow();
                return new IntrospectionResult(
                    response,
                    signed
                        ? SignedIntrospection.Sign(
                            response, snapshot.Policy.Issuer, caller.Name, snapshot.KeyRing.SigningKeyFor(caller.SigningAlgorithm, now), now)
                        : null);
            },
            cancellationToken);
}

/// <param name="Response">What the caller learns.</param>
/// <param name="Jwt">The same, signed; null unless it was asked for.</param>
public sealed record IntrospectionResult(IntrospectionResponse Response, string? Jwt)
{
    /// <summary>Hides the claims.</summary>
    public override string ToString() => nameof(IntrospectionResult);
}
