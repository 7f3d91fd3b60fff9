using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// An authenticated client as the subject of its own token (RFC 6749 section 4.4): as if it had presented a token of ours
/// for itself that holds every scope it may pass on, so that the same rules, ceilings and lineage apply as in an exchange.
/// </summary>
public static class ClientSubject
{
    private static readonly JsonElement NoClaims = JsonElement.Parse("{}");

    public static ValidatedToken Of(Service client, PolicySnapshot policy, ClusterSecret secret)
    {
        // No header.payload of a JWS holds a colon, so this is no token's handle; equal for the same client, so that
        // answers are found again.
        return Of(client, policy, TokenHandles.Of(secret, policy.Issuer, Encoding.UTF8.GetBytes("client:" + client.Name)));
    }

    internal static ValidatedToken Of(Service client, PolicySnapshot policy, TokenHandle handle) => new()
    {
        TokenType = TokenTypeIdentifiers.AccessToken,
        Issuer = policy.Issuer,
        Subject = client.Name,
        Audiences = [client.Audience],
        ClientId = client.Name,
        Scope = client.Scopes,
        ExpiresAt = DateTimeOffset.MaxValue,
        IssuedAt = null,
        Handle = handle,
        Root = new RootSubject(policy.Issuer, client.Name, Session: null, IssuedAt: null, handle),
        Lineage = null,
        Claims = NoClaims,
    };
}
