using System.Buffers.Text;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>Turns a granted decision into a signed JWT: an access token (RFC 9068) or an authorization grant (RFC 7523).</summary>
public static class TokenMinter
{
    private const int JwtIdSize = 16;

    /// <exception cref="InvalidOperationException">
    /// The decision can't be true: it has expired, names no audience, sets a reserved claim or one claim twice, leaves the
    /// pseudonym's target open, or its chain is too long. A defect of the service, never of a request.
    /// </exception>
    public static IssuedToken Mint(
        Decision.Granted decision, ExchangeCommand command, KeyRing keyRing, MintContext context, DateTimeOffset now)
    {
        // Rounded down: a token never outlives what was granted.
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds(decision.ExpiresAt.ToUnixTimeSeconds());
        Demand(expiresAt > now, "A token would have expired before it was issued.");
        Demand(!decision.Audiences.IsEmpty, "A token would have no audience.");

        var key = keyRing.SigningKeyFor(decision.SigningAlgorithm, now);
        var jwtId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(JwtIdSize));
        var isGrant = decision.Format == TokenFormat.AuthorizationGrant;
        var payload = ClaimsWriter.Write(new TokenClaims
        {
            Issuer = context.Issuer,
            Subject = decision.Subject ?? PairwiseSubject(decision, command, keyRing.Secret),
            Audiences = [.. decision.Audiences, .. decision.Reuses.Select(edge => edge.Audience)],
            ExpiresAt = expiresAt,
            IssuedAt = now,
            JwtId = jwtId,
            ClientId = isGrant ? null : command.Client,
            Scope = decision.Scope,
            Confirmation = decision.Binding,
            AuthorizationDetails = decision.AuthorizationDetails,
            Further = decision.Claims,
            Lineage = isGrant ? null : LineageCodec.Encrypt(LineageOf(decision, command, context), keyRing.Secret, jwtId),
        });
        return new IssuedToken
        {
            Token = new SensitiveText(JwtSigner.Sign(payload, key, isGrant ? key.EncodeHeader(TokenMediaType.AuthorizationGrant) : key.EncodedHeader)),
            IssuedTokenType = command.RequestedTokenType,
            TokenType = isGrant ? AccessTokenTypes.NotApplicable
                : decision.Binding is { IsDpop: true } ? AccessTokenTypes.Dpop
                : AccessTokenTypes.Bearer,
            Scope = decision.Scope,
            AuthorizationDetails = decision.AuthorizationDetails,
            IssuedAt = now,
            ExpiresAt = expiresAt,
        };
    }

    /// <summary>The chain that a token minted for this decision will remember.</summary>
    public static Lineage LineageOf(Decision.Granted decision, ExchangeCommand command, MintContext context)
    {
        var descent = Descent.Of(command);
        return new Lineage
        {
            Root = command.Subject.Root,
            Actors = descent.Actors,
            Ancestors = descent.Ancestors,
            Hops = descent.Hops,
            Elevations = decision.Elevations,
            Reuses = [.. decision.Reuses.Select(edge => new Hop(edge.Client, edge.Target))],
            RefreshUntil = decision.RefreshUntil,
            PolicyRevision = context.PolicyRevision,
            RevocationIncarnation = context.RevocationIncarnation,
            RevocationEpoch = context.RevocationEpoch,
        };
    }

    /// <summary>
    /// A pseudonym of the root subject at one audience (OpenID Connect Core section 8.1): stable for that audience,
    /// unlinkable between two.
    /// </summary>
    private static string PairwiseSubject(Decision.Granted decision, ExchangeCommand command, ClusterSecret secret)
    {
        Demand(decision.Audiences.Length == 1, "A pairwise subject needs exactly one audience.");
        var hash = new KeyedHash(secret.PairwiseKey);
        hash.Add(command.Subject.Root.Issuer);
        hash.Add(command.Subject.Root.Subject);
        hash.Add(decision.Audiences[0]);
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return Base64Url.EncodeToString(digest);
    }

    private static void Demand(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}

/// <summary>What a token records of the state it was minted under.</summary>
public sealed record MintContext(string Issuer, long PolicyRevision, Guid RevocationIncarnation, long RevocationEpoch);
