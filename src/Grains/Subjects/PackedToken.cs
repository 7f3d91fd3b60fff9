using System.Buffers.Binary;
using System.Buffers.Text;
using System.Text;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// The text of a token in a fraction of its size: of a JWT what base64url encodes, its lineage what base64url encodes in that again, without
/// what is in its frame; a reference as it is, in ASCII. Where the frame ends and which text is the lineage is found by looking for them: wherever
/// they are found, what comes out is what went in.
/// </summary>
internal readonly struct PackedToken
{
    private const char Dot = '.';

    /// <summary>Where in the rest of the claims set the lineage stands, and its size in octets; each 16 bits.</summary>
    private const int PrefaceSize = 2 * sizeof(ushort);

    /// <summary>Characters of most tokens, which nobody collects afterwards.</summary>
    private const int OnStack = 1024;

    /// <summary>
    /// Of a JWT: preface, claims set without opening and lineage, lineage, signature. One array, and nothing beside it, because each field here
    /// is held as often as there are tokens.
    /// </summary>
    private readonly byte[] octets;

    private PackedToken(byte[] octets) => this.octets = octets;

    private static ReadOnlySpan<byte> LineageMember => "\"lineage\":\""u8;

    /// <param name="text">Of a token.</param>
    /// <param name="frame">To be held for all tokens that have the same; null where the text isn't that of a JWT.</param>
    public static PackedToken Of(string text, out TokenFrame? frame)
    {
        var (headerEnd, claimsEnd) = (text.IndexOf(Dot, StringComparison.Ordinal), text.LastIndexOf(Dot));
        if (headerEnd >= claimsEnd)
        {
            frame = null;
            return new PackedToken(Encoding.ASCII.GetBytes(text));
        }

        var encoded = text.AsSpan()[(headerEnd + 1)..claimsEnd];
        var claims = encoded.Length <= OnStack ? stackalloc byte[OnStack] : new byte[encoded.Length];
        claims = claims[..Base64Url.DecodeFromChars(encoded, claims)];
        var signature = text.AsSpan()[(claimsEnd + 1)..];
        var opening = claims[..Math.Max(0, claims.IndexOf("\"sub\":"u8))];
        frame = new TokenFrame(text[..headerEnd], Encoding.UTF8.GetString(opening), Base64Url.GetMaxDecodedLength(signature.Length));
        return new PackedToken(Pack(claims[opening.Length..], signature, frame.SignatureSize));
    }

    /// <summary>What was packed, to the character.</summary>
    /// <param name="frame">As it was given then.</param>
    public string Text(TokenFrame? frame)
    {
        if (frame is null)
        {
            return Encoding.ASCII.GetString(octets);
        }

        var claims = Claims(frame);
        var claimsEnd = frame.Header.Length + 1 + Base64Url.GetEncodedLength(claims.Length);
        return string.Create(
            claimsEnd + 1 + Base64Url.GetEncodedLength(frame.SignatureSize),
            (octets, frame, claims, claimsEnd),
            static (text, state) =>
            {
                var (octets, frame, claims, claimsEnd) = state;
                frame.Header.CopyTo(text);
                text[frame.Header.Length] = text[claimsEnd] = Dot;
                Base64Url.EncodeToChars(claims, text[(frame.Header.Length + 1)..]);
                Base64Url.EncodeToChars(octets.AsSpan(octets.Length - frame.SignatureSize), text[(claimsEnd + 1)..]);
            });
    }

    /// <summary>The claims set of a JWT, as UTF-8 JSON.</summary>
    /// <param name="frame">As it was given when it was packed.</param>
    public byte[] Claims(TokenFrame frame)
    {
        var lineageAt = BinaryPrimitives.ReadUInt16BigEndian(octets);
        var lineageSize = BinaryPrimitives.ReadUInt16BigEndian(octets.AsSpan(sizeof(ushort)));
        var rest = octets.AsSpan(PrefaceSize..^(lineageSize + frame.SignatureSize));
        var lineage = octets.AsSpan(PrefaceSize + rest.Length, lineageSize);

        var openingSize = Encoding.UTF8.GetByteCount(frame.Opening);
        var claims = new byte[openingSize + rest.Length + Base64Url.GetEncodedLength(lineageSize)];
        Encoding.UTF8.GetBytes(frame.Opening, claims);
        rest[..lineageAt].CopyTo(claims.AsSpan(openingSize));
        var lineageEnd = openingSize + lineageAt + Base64Url.EncodeToUtf8(lineage, claims.AsSpan(openingSize + lineageAt));
        rest[lineageAt..].CopyTo(claims.AsSpan(lineageEnd));
        return claims;
    }

    /// <summary>A constant: the token stays hidden.</summary>
    public override string ToString() => nameof(PackedToken);

    private static byte[] Pack(ReadOnlySpan<byte> claims, ReadOnlySpan<char> signature, int signatureSize)
    {
        var text = LineageIn(claims, out var lineage);
        var before = claims[..text.Start];
        var after = claims[text.End..];
        var packed = new byte[PrefaceSize + before.Length + after.Length + lineage.Length + signatureSize];
        BinaryPrimitives.WriteUInt16BigEndian(packed, (ushort)before.Length);
        BinaryPrimitives.WriteUInt16BigEndian(packed.AsSpan(sizeof(ushort)), (ushort)lineage.Length);
        before.CopyTo(packed.AsSpan(PrefaceSize));
        after.CopyTo(packed.AsSpan(PrefaceSize + before.Length));
        lineage.CopyTo(packed.AsSpan(PrefaceSize + before.Length + after.Length));
        Base64Url.DecodeFromChars(signature, packed.AsSpan(packed.Length - signatureSize));
        return packed;
    }

    /// <summary>Where the text of the lineage stands; nowhere when it would not come out as it went in.</summary>
    private static Range LineageIn(ReadOnlySpan<byte> claims, out byte[] lineage)
    {
        lineage = [];
        if (claims.LastIndexOf(LineageMember) is var name and >= 0)
        {
            var start = name + LineageMember.Length;
            var length = claims[start..].IndexOf((byte)'"');
            var text = claims.Slice(start, Math.Max(0, length));
            if (start <= ushort.MaxValue && length <= ushort.MaxValue && Base64Url.IsValid(text))
            {
                var decoded = Base64Url.DecodeFromUtf8(text);
                var again = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
                if (text.SequenceEqual(again[..Base64Url.EncodeToUtf8(decoded, again)]))
                {
                    lineage = decoded;
                    return start..(start + text.Length);
                }
            }
        }

        return ..0;
    }
}
