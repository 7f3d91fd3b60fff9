using System.Buffers.Text;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// A token in memory, the state it was decided under, and what an operator may see of it. There may be millions: what others have too is
/// in its shape, of a JWT there is what base64url encodes, and its lineage is read out of it by the few that ask.
/// </summary>
internal sealed class CachedToken
{
    private const char Dot = '.';

    private readonly TokenShape shape;

    /// <summary>Of a JWT payload and signature, else the text in ASCII.</summary>
    private readonly byte[] content;
    private readonly int payloadLength;

    // In UTC, and half of what it takes to say so.
    private readonly DateTime issuedAt;
    private readonly DateTime expiresAt;
    private readonly DateTime usableUntil;

    /// <summary>Null where it stands in the token.</summary>
    private readonly Lineage? lineage;

    /// <param name="key">What was asked.</param>
    /// <param name="token">What was answered, the first time.</param>
    /// <param name="versions">The state that it was decided under.</param>
    /// <param name="shapes">Of this silo.</param>
    public CachedToken(CacheKey key, FreshToken token, StateVersions versions, TokenShapes shapes)
    {
        (Key, Versions, Handle, Carried) = (key, versions, token.Handle, token.Carried);
        (issuedAt, expiresAt, usableUntil) = (token.Token.IssuedAt.UtcDateTime, token.Token.ExpiresAt.UtcDateTime, token.UsableUntil.UtcDateTime);

        var text = token.Token.Token.Reveal();
        var (headerEnd, payloadEnd) = (text.IndexOf(Dot, StringComparison.Ordinal), text.LastIndexOf(Dot));
        if (headerEnd < payloadEnd)
        {
            shape = shapes.Shared(TokenShape.Of(token, text[..headerEnd]));
            (content, payloadLength) = Decode(text.AsSpan()[(headerEnd + 1)..payloadEnd], text.AsSpan()[(payloadEnd + 1)..]);
        }
        else
        {
            (shape, lineage) = (shapes.Shared(TokenShape.Of(token, header: null)), token.Lineage);
            content = Encoding.ASCII.GetBytes(text);
        }
    }

    public CacheKey Key { get; }

    /// <summary>The state that it was decided under, or has been checked against since.</summary>
    public StateVersions Versions { get; set; }

    /// <summary>As <see cref="FreshToken.UsableUntil"/>.</summary>
    public DateTimeOffset UsableUntil => new(usableUntil);

    /// <summary>As <see cref="FreshToken.Handle"/>.</summary>
    public TokenHandle Handle { get; }

    /// <summary>As <see cref="FreshToken.Carried"/>.</summary>
    public ImmutableArray<CarriedToken> Carried { get; }

    /// <summary>Answers given with it so far, the first included.</summary>
    public int Answers { get; private set; } = 1;

    /// <summary>As <see cref="FreshToken.Lineage"/>. Null: the token doesn't show it under this secret.</summary>
    public Lineage? LineageUnder(ClusterSecret secret) =>
        lineage ?? (LineageCodec.TryDecrypt(JsonElement.Parse(content.AsSpan(0, payloadLength)), secret, out var read) ? read : null);

    /// <summary>Counts one more answer.</summary>
    public SubjectReply.Issued Answer()
    {
        Answers++;
        return new SubjectReply.Issued
        {
            Token = new IssuedToken
            {
                Token = new SensitiveText(Text()),
                IssuedTokenType = shape.IssuedTokenType,
                TokenType = shape.TokenType,
                Scope = shape.Scope,
                AuthorizationDetails = shape.Details,
                IssuedAt = new DateTimeOffset(issuedAt),
                ExpiresAt = new DateTimeOffset(expiresAt),
            },
            Rules = shape.Rules,
            Issuance = new Issuance
            {
                Token = Handle.ToString(),
                Rules = shape.Rules,
                ExpiresBy = shape.ExpiresBy,
                Elevations = shape.Elevations,
                Embedded = Issuance.EmbeddedIn(Carried),
            },
            FromCache = true,
            KeptUntil = UsableUntil,
        };
    }

    public RuleUse ToRuleUse() => new()
    {
        Rules = shape.Rules,
        Client = shape.Client,
        Targets = shape.Targets,
        IssuedAt = new DateTimeOffset(issuedAt),
        ExpiresAt = new DateTimeOffset(expiresAt),
        Answers = Answers,
    };

    /// <summary>A constant: the token stays hidden.</summary>
    public override string ToString() => nameof(CachedToken);

    private static (byte[] Octets, int PayloadSize) Decode(ReadOnlySpan<char> payload, ReadOnlySpan<char> signature)
    {
        var payloadSize = Base64Url.GetMaxDecodedLength(payload.Length);
        var octets = new byte[payloadSize + Base64Url.GetMaxDecodedLength(signature.Length)];
        Base64Url.DecodeFromChars(payload, octets);
        Base64Url.DecodeFromChars(signature, octets.AsSpan(payloadSize));
        return (octets, payloadSize);
    }

    private string Text()
    {
        if (shape.Header is not { } header)
        {
            return Encoding.ASCII.GetString(content);
        }

        var payloadEnd = header.Length + 1 + Base64Url.GetEncodedLength(payloadLength);
        return string.Create(
            payloadEnd + 1 + Base64Url.GetEncodedLength(content.Length - payloadLength),
            (Token: this, header, payloadEnd),
            static (text, state) =>
            {
                var (token, header, payloadEnd) = state;
                header.CopyTo(text);
                text[header.Length] = text[payloadEnd] = Dot;
                Base64Url.EncodeToChars(token.content.AsSpan(0, token.payloadLength), text[(header.Length + 1)..]);
                Base64Url.EncodeToChars(token.content.AsSpan(token.payloadLength), text[(payloadEnd + 1)..]);
            });
    }
}
