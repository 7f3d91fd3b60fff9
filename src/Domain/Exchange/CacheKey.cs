using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Exchange;

/// <summary>
/// Identity of an answer: a total function of everything that decides the token, except the time and the replicated
/// state, whose versions stand beside each entry.
/// </summary>
public readonly record struct CacheKey(UInt128 High, UInt128 Low)
{
    /// <summary>
    /// The whole of an HMAC-SHA-256 under a key of the cluster: the silo that answers and the silo of the subject's grain
    /// must agree, so it is not random to each process.
    /// </summary>
    public static CacheKey Of(ExchangeCommand command, ClusterSecret secret)
    {
        var hash = new KeyedHash(secret.CacheKeyKey);
        hash.Add(command.Client);
        hash.Add((long)command.Grant);
        AddToken(ref hash, command.Subject);
        hash.Add(command.Actor is null ? 0 : 1);
        if (command.Actor is { } actor)
        {
            AddToken(ref hash, actor);
        }

        hash.Add(command.Confirmation is null ? 0 : 1);
        hash.Add(command.Confirmation?.Thumbprint ?? string.Empty);
        hash.Add(command.CertificateThumbprint is null ? 0 : 1);
        hash.Add(command.CertificateThumbprint ?? string.Empty);
        hash.Add(command.Targets.Length);
        foreach (var target in command.Targets)
        {
            hash.Add(target);
        }

        // No scope requested and an empty scope requested are two questions.
        hash.Add(command.RequestedScope is null ? -1 : command.RequestedScope.Values.Length);
        hash.Add(command.RequestedScope?.Text ?? string.Empty);
        hash.Add(command.RequestedDetails is null ? 0 : 1);
        hash.Add(command.RequestedDetails?.Text ?? string.Empty);
        hash.Add(command.RequestedTokenType);
        AddRefresh(ref hash, command.Refresh);

        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return new CacheKey(
            BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }

    private static void AddRefresh(ref KeyedHash hash, RefreshFamily? refresh)
    {
        hash.Add(refresh is null ? 0 : 1);
        if (refresh is not null)
        {
            Span<byte> handle = stackalloc byte[TokenHandle.Size];
            refresh.Handle.Write(handle);
            hash.Add(handle);
            hash.Add(refresh.StartedAt.UtcTicks);
            hash.Add(refresh.Until.UtcTicks);
            hash.Add(refresh.Scope.Text);
            hash.Add(refresh.AuthorizationDetails.Text);
        }
    }

    /// <summary>
    /// The handle stands for all claims of the token, its header and its issuer; of an assertion only for its issuer and ID,
    /// so there the claims stand beside it.
    /// </summary>
    private static void AddToken(ref KeyedHash hash, ValidatedToken token)
    {
        Span<byte> handle = stackalloc byte[TokenHandle.Size];
        token.Handle.Write(handle);
        hash.Add(handle);
        hash.Add(token.TokenType);
        if (token.TokenType == TokenTypeIdentifiers.Saml2)
        {
            hash.Add(JsonMarshal.GetRawUtf8Value(token.Claims));
        }
    }
}
