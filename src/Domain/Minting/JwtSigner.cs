using System.Buffers;
using System.Buffers.Text;
using System.Text;
using ExchangeCluster.Domain.Keys;

namespace ExchangeCluster.Domain.Minting;

/// <summary>
/// JWS compact serialization (RFC 7515 section 7.1) of a claims set: the library signs, the parts are joined here, which
/// costs less than its token writer.
/// </summary>
internal static class JwtSigner
{
    /// <summary>The longest signature of our algorithms, in bytes: RSA of 4096 bits.</summary>
    private const int MaxSignatureSize = 512;

    /// <summary>An access token.</summary>
    public static string Sign(ReadOnlySpan<byte> payload, SigningKey key) => Sign(payload, key, key.EncodedHeader);

    /// <param name="payload">UTF-8 JSON.</param>
    /// <param name="key">The key that signs.</param>
    /// <param name="header">Base64url of a JOSE header for that key.</param>
    public static string Sign(ReadOnlySpan<byte> payload, SigningKey key, byte[] header)
    {
        var payloadStart = header.Length + 1;
        var signedLength = payloadStart + Base64Url.GetEncodedLength(payload.Length);
        var token = ArrayPool<byte>.Shared.Rent(signedLength + 1 + Base64Url.GetEncodedLength(MaxSignatureSize));
        header.CopyTo(token);
        token[header.Length] = (byte)'.';
        Base64Url.EncodeToUtf8(payload, token.AsSpan(payloadStart));
        token[signedLength] = (byte)'.';

        Span<byte> signature = stackalloc byte[MaxSignatureSize];
        var factory = key.Credentials.Key.CryptoProviderFactory;
        var provider = factory.CreateForSigning(key.Credentials.Key, key.Algorithm);
        try
        {
            if (!provider.Sign(token.AsSpan(0, signedLength), signature, out var written))
            {
                throw new InvalidOperationException("A signature was longer than expected.");
            }

            var encoded = Base64Url.EncodeToUtf8(signature[..written], token.AsSpan(signedLength + 1));
            return Encoding.ASCII.GetString(token, 0, signedLength + 1 + encoded);
        }
        finally
        {
            factory.ReleaseSignatureProvider(provider);
            ArrayPool<byte>.Shared.Return(token, clearArray: true);
        }
    }
}
