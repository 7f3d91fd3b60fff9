using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.Clients;

/// <summary>
/// <c>private_key_jwt</c> (RFC 7523 section 3, narrowed by draft-ietf-oauth-rfc7523bis: <c>aud</c> is our issuer
/// identifier and nothing else).
/// </summary>
internal static class AssertionAuthentication
{
    /// <summary>How far ahead an assertion may expire: so long must its id be remembered.</summary>
    public static readonly TimeSpan MaxLifetime = TimeSpan.FromMinutes(5);

    /// <summary>Tolerated difference between the client's clock and ours, both ways.</summary>
    public static readonly TimeSpan ClockSkew = SubjectTokenValidator.ClockSkew;

    private const int MaxJwtIdLength = 256;

    public static readonly ImmutableArray<string> Algorithms =
    [
        SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.EcdsaSha384,
        SecurityAlgorithms.RsaSha256, SecurityAlgorithms.RsaSsaPssSha256,
    ];

    public static ClientAuthenticationOutcome Authenticate(
        ClientCredentials.Assertion credentials, PolicySnapshot policy, IReadOnlyDictionary<string, KeySet> clientKeys, DateTimeOffset now)
    {
        if (JwsReader.Read(credentials.Jwt.Reveal(), out var jws) is { } malformed)
        {
            return Failed(malformed.Detail, credentials.ClientId);
        }

        var claimed = credentials.ClientId ?? StringOf(jws!.Claims, "iss");
        if (jws!.Header.Type is not (null or TokenMediaType.Jwt or TokenMediaType.ClientAuthentication))
        {
            return Failed("The assertion's typ is that of another kind of token.", claimed);
        }

        if (!TryReadClient(jws.Claims, credentials.ClientId, policy, out var client))
        {
            return Failed("The assertion's iss, sub and client_id are not one client with keys.", claimed);
        }

        if (JwsVerifier.Verify(jws, clientKeys.GetValueOrDefault(client.Name), Algorithms, now) is { } unverified)
        {
            return Failed(unverified.Detail, claimed) with
            {
                RefreshClient = unverified.Reason == RefusalReason.SubjectTokenKeyUnknown ? client.Name : null,
            };
        }

        if (StringOf(jws.Claims, "aud") != policy.Issuer)
        {
            return Failed("The assertion's aud is not our issuer identifier alone.", claimed);
        }

        if (!TryReadExpiry(jws.Claims, now, out var expiresAt))
        {
            return Failed("The assertion's exp, nbf or iat is missing, malformed or out of bounds.", claimed);
        }

        return StringOf(jws.Claims, "jti") is { Length: > 0 and <= MaxJwtIdLength } jwtId
            ? new ClientAuthenticationOutcome(client, null, new AssertionId(client.Name, jwtId, expiresAt + (2 * ClockSkew)))
            : Failed("The assertion's jti is not a string of 1 to 256 characters.", claimed);
    }

    private static ClientAuthenticationOutcome Failed(string? detail, string? claimed) =>
        new(null, new Refusal(RefusalReason.ClientAuthenticationFailed, detail), Claimed: claimed ?? string.Empty);

    private static bool TryReadClient(JsonElement claims, string? clientId, PolicySnapshot policy, out Service client)
    {
        client = null!;
        return StringOf(claims, "iss") is { } issuer && issuer == StringOf(claims, "sub")
            && (clientId is null || clientId == issuer)
            && policy.Services.TryGetValue(issuer, out client!)
            && client.Credentials.KeySet is not null;
    }

    private static bool TryReadExpiry(JsonElement claims, DateTimeOffset now, out DateTimeOffset expiresAt)
    {
        expiresAt = default;
        if (!NumericDate.TryRead(claims, "exp", out var exp) || exp is null
            || !NumericDate.TryRead(claims, "nbf", out var notBefore)
            || !NumericDate.TryRead(claims, "iat", out var issuedAt))
        {
            return false;
        }

        expiresAt = exp.Value;
        var latestStart = now + ClockSkew;
        return expiresAt + ClockSkew > now && expiresAt <= now + MaxLifetime + ClockSkew
            && !(notBefore > latestStart) && !(issuedAt > latestStart);
    }

    private static string? StringOf(JsonElement claims, string name) =>
        claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
