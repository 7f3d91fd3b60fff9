using System.Collections.Concurrent;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>The cluster's opaque tokens, in this process.</summary>
internal sealed class FakeTokenReferences : ITokenReferences
{
    private readonly ConcurrentDictionary<string, SensitiveText> kept = new(StringComparer.Ordinal);

    /// <summary>What every call meets instead.</summary>
    public Exception? Failure { get; set; }

    public Task<TokenReference> KeepAsync(
        SensitiveText jwt, DateTimeOffset until, ClusterSecret secret, CancellationToken cancellationToken)
    {
        if (Failure is not null)
        {
            throw Failure;
        }

        var reference = TokenReference.Generate(secret);
        kept[reference.StoredName] = jwt;
        return Task.FromResult(reference);
    }

    public Task<SensitiveText?> FindAsync(SensitiveText reference, ClusterSecret secret, CancellationToken cancellationToken) =>
        Failure is not null
            ? throw Failure
            : Task.FromResult(TokenReference.TryParse(reference, secret, out var parsed) ? kept.GetValueOrDefault(parsed.StoredName) : null);
}
