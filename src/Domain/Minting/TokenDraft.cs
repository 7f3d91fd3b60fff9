using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// A token that is decided and not yet signed. Its identity and its length are known, so that others can be embedded in it
/// which name it as their ancestor.
/// </summary>
internal sealed class TokenDraft
{
    private const int JwtIdSize = 16;

    private readonly Decision.Granted decision;
    private readonly ExchangeCommand command;
    private readonly MintContext context;
    private readonly SigningKey key;
    private readonly byte[] header;
    private readonly string subject;
    private readonly string jwtId = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(JwtIdSize));
    private readonly DateTimeOffset now;
    private readonly byte[] payload;

    /// <exception cref="InvalidOperationException">As <see cref="TokenMinter.Mint"/>.</exception>
    public TokenDraft(Decision.Granted decision, ExchangeCommand command, KeyRing keyRing, MintContext context, DateTimeOffset now)
    {
        // Rounded down: a token never outlives what was granted.
        ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(decision.ExpiresAt.ToUnixTimeSeconds());
        Demand(ExpiresAt > now, "A token would have expired before it was issued.");
        Demand(!decision.Audiences.IsEmpty, "A token would have no audience.");

        (this.decision, this.command, this.context, this.now) = (decision, command, context, now);
        key = keyRing.SigningKeyFor(decision.SigningAlgorithm, now);
        header = IsGrant ? key.EncodeHeader(TokenMediaType.AuthorizationGrant) : key.EncodedHeader;
        subject = decision.Subject ?? PairwiseSubject(decision, command, keyRing.Secret);
        Lineage = TokenMinter.LineageOf(decision, command, context);
        Handle = TokenHandles.OfOwn(keyRing.Secret, context.Issuer, jwtId);
        payload = Write(IsGrant ? null : LineageCodec.Encrypt(Lineage, keyRing.Secret, jwtId));
    }

    public DateTimeOffset ExpiresAt { get; }

    public Lineage Lineage { get; }

    public TokenHandle Handle { get; }

    private bool IsGrant => decision.Format == TokenFormat.AuthorizationGrant;

    /// <summary>The length of the signed text, in characters, with so many bytes of a further member.</summary>
    public int LengthWith(int memberSize) =>
        header.Length + 1 + Base64Url.GetEncodedLength(payload.Length + memberSize) + 1 + Base64Url.GetEncodedLength(SignatureSizeOf(key));

    /// <summary>The token as its target presents it, to be decided upon.</summary>
    public ValidatedToken AsPresented() => new()
    {
        TokenType = TokenTypeIdentifiers.AccessToken,
        Issuer = context.Issuer,
        Subject = subject,
        Audiences = decision.Audiences,
        ClientId = command.Client,
        Scope = decision.Scope,
        ExpiresAt = ExpiresAt,
        IssuedAt = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds()),
        Handle = Handle,
        Root = Lineage.Root,
        Lineage = Lineage,
        Claims = JsonElement.Parse(Write(lineage: null)),
    };

    /// <param name="member">One more member of the claims set, with the comma before it, as UTF-8 JSON; empty: none.</param>
    public string Sign(ReadOnlySpan<byte> member) =>
        JwtSigner.Sign(member.IsEmpty ? payload : [.. payload.AsSpan(0, payload.Length - 1), .. member, (byte)'}'], key, header);

    public IssuedToken ToIssued(ReadOnlySpan<byte> member) => new()
    {
        Token = new SensitiveText(Sign(member)),
        IssuedTokenType = command.RequestedTokenType,
        TokenType = IsGrant ? AccessTokenTypes.NotApplicable
            : decision.Binding is { IsDpop: true } ? AccessTokenTypes.Dpop
            : AccessTokenTypes.Bearer,
        Scope = decision.Scope,
        AuthorizationDetails = decision.AuthorizationDetails,
        IssuedAt = now,
        ExpiresAt = ExpiresAt,
    };

    private byte[] Write(string? lineage) => ClaimsWriter.Write(new TokenClaims
    {
        Issuer = context.Issuer,
        Subject = subject,
        Audiences = decision.Reuses.IsEmpty ? decision.Audiences : [.. decision.Audiences, .. decision.Reuses.Select(edge => edge.Audience)],
        ExpiresAt = ExpiresAt,
        IssuedAt = now,
        JwtId = jwtId,
        ClientId = IsGrant ? null : command.Client,
        Scope = decision.Scope,
        Confirmation = decision.Binding,
        AuthorizationDetails = decision.AuthorizationDetails,
        Further = decision.Claims,
        Lineage = lineage,
    });

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

    /// <summary>RFC 7518 sections 3.3 and 3.4, in bytes.</summary>
    private static int SignatureSizeOf(SigningKey key) => key.Algorithm == KeyRing.Algorithms[0] ? 64 : key.Credentials.Key.KeySize / 8;

    private static void Demand(bool condition, string otherwise)
    {
        if (!condition)
        {
            throw new InvalidOperationException(otherwise);
        }
    }
}
