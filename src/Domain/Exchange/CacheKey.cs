using System.Buffers.Binary;
using ExchangeCluster.Domain.Keys;

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
        AddHandle(hash, command);
        hash.Add(command.Subject.TokenType);
        hash.Add(command.Targets.Length);
        foreach (var target in command.Targets)
        {
            hash.Add(target);
        }

        // No scope requested and an empty scope requested are two questions.
        hash.Add(command.RequestedScope is null ? -1 : command.RequestedScope.Values.Length);
        hash.Add(command.RequestedScope?.Text ?? string.Empty);
        hash.Add(command.RequestedTokenType);

        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return new CacheKey(
            BinaryPrimitives.ReadUInt128BigEndian(digest), BinaryPrimitives.ReadUInt128BigEndian(digest[16..]));
    }

    /// <summary>The handle stands for all claims of the subject token, its header and its issuer.</summary>
    private static void AddHandle(KeyedHash hash, ExchangeCommand command)
    {
        Span<byte> handle = stackalloc byte[SubjectTokens.TokenHandle.Size];
        command.Subject.Handle.Write(handle);
        hash.Add(handle);
    }
}
