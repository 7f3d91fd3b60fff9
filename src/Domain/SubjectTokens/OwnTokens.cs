using System.Buffers;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Validates a token that names us as its issuer: with keys of our own ring only, whatever any trusted issuer
/// publishes, and with the lineage that every token of ours carries.
/// </summary>
internal static class OwnTokens
{
    public static Refusal? Validate(
        Jws jws, string tokenType, string issuer, KeyRing keyRing, DateTimeOffset now, out ValidatedToken? token)
    {
        token = null;
        if (jws.Header.Type != TokenMediaType.AccessToken || tokenType == TokenTypeIdentifiers.IdToken)
        {
            return new Refusal(RefusalReason.SubjectTokenTypeMismatch, "A token of ours has typ at+jwt and is no ID token.");
        }

        if (jws.Header.KeyId is null || !keyRing.TryFindVerificationKey(jws.Header.KeyId, out var key))
        {
            return new Refusal(RefusalReason.SubjectTokenKeyUnknown, "The token names none of our keys.");
        }

        RegisteredClaims? claims = null;
        Lineage? lineage = null;
        var refusal = JwsVerifier.Verify(jws, key)
            ?? ClaimReader.Read(jws.Claims, out claims)
            ?? LifetimeChecks.Check(claims!, now)
            ?? ReadLineage(jws.Claims, keyRing.Secret, out lineage);
        if (refusal is null)
        {
            token = new ValidatedToken
            {
                TokenType = tokenType,
                Issuer = issuer,
                Subject = claims!.Subject,
                Audiences = claims.Audiences,
                ClientId = claims.ClientId,
                Scope = claims.Scope,
                ExpiresAt = claims.ExpiresAt,
                IssuedAt = claims.IssuedAt,
                Handle = TokenHandles.OfOwn(keyRing.Secret, issuer, claims.JwtId!),
                Root = lineage!.Root,
                Lineage = lineage,
                Claims = WithoutOurs(jws.Claims),
            };
        }

        return refusal;
    }

    private static Refusal? ReadLineage(JsonElement json, ClusterSecret secret, out Lineage? lineage) =>
        LineageCodec.TryDecrypt(json, secret, out lineage)
            ? null
            : new Refusal(RefusalReason.SubjectTokenLineageRefused, "The token has no jti, or no lineage of ours for it.");

    /// <summary>Without what only its target or only we may read: neither passes into another token, nor into an introspection.</summary>
    private static JsonElement WithoutOurs(JsonElement claims)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            foreach (var claim in claims.EnumerateObject().Where(claim => !claim.NameEquals(Lineage.ClaimName) && !claim.NameEquals(EmbeddedTokens.ClaimName)))
            {
                claim.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }
}
