using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// The whole of a request: a keyed hash over everything that it brought, each part with its length before it, so that no two
/// requests can look alike. It is neither stored nor sent anywhere, and means nothing to another process.
/// </summary>
public readonly record struct NearKey(UInt128 High, UInt128 Low)
{
    /// <param name="hash">HMAC-SHA-256 under a random key of this process, with nothing in it; so again afterwards.</param>
    /// <param name="authorization">The header's value; null without.</param>
    /// <param name="body">The form as it came.</param>
    public static NearKey Of(IncrementalHash hash, string? authorization, in ReadOnlySequence<byte> body)
    {
        // -1 sets no header apart from an empty one.
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, authorization?.Length ?? -1);
        hash.AppendData(length);

        // Characters as they lie in memory: no two texts share them, and the hash stays in this process.
        hash.AppendData(MemoryMarshal.AsBytes(authorization.AsSpan()));
        foreach (var segment in body)
        {
            hash.AppendData(segment.Span);
        }

        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        hash.GetHashAndReset(digest);
        return new NearKey(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }

    /// <summary>
    /// Of a caller who has proved who it is and which key it holds: that, and all that it asks, but not the proof.
    /// </summary>
    /// <param name="secret">Random, of this process.</param>
    /// <param name="client">Name of the authenticated client.</param>
    /// <param name="run">Its exchange.</param>
    internal static NearKey OfProved(HmacKey secret, string client, ExchangeRun run)
    {
        var hash = new KeyedHash(secret);
        hash.Add(client);
        AddOptional(ref hash, run.Confirmation?.Member);
        AddOptional(ref hash, run.Confirmation?.Thumbprint);
        AddOptional(ref hash, run.CertificateThumbprint);
        AddRequest(ref hash, ((TokenRequest.Exchange)run.Request).Request);

        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return new NearKey(BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }

    /// <summary>The order of targets is left as it came: one question in two orders is asked twice.</summary>
    private static void AddRequest(ref KeyedHash hash, TokenExchangeRequest request)
    {
        hash.Add(request.SubjectToken.Reveal());
        hash.Add(request.SubjectTokenType);
        AddOptional(ref hash, request.ActorToken?.Reveal());
        AddOptional(ref hash, request.ActorTokenType);
        AddAll(ref hash, request.Audiences);
        AddAll(ref hash, request.Resources);
        AddOptional(ref hash, request.Scope?.Text);
        AddOptional(ref hash, request.AuthorizationDetails?.Text);
        AddOptional(ref hash, request.RequestedTokenType);
    }

    private static void AddAll(ref KeyedHash hash, ImmutableArray<string> values)
    {
        hash.Add(values.Length);
        foreach (var value in values)
        {
            hash.Add(value);
        }
    }

    /// <summary>Absent is not empty.</summary>
    private static void AddOptional(ref KeyedHash hash, string? value)
    {
        hash.Add(value is null ? 0 : 1);
        hash.Add(value ?? string.Empty);
    }
}
