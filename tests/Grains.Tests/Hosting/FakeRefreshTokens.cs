using System.Collections.Concurrent;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>The cluster's refresh tokens, in this process.</summary>
internal sealed class FakeRefreshTokens : IRefreshTokens
{
    private readonly ConcurrentDictionary<string, FoundRefreshToken> families = new(StringComparer.Ordinal);

    /// <summary>What every call meets instead.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Runs while the store is replacing a token.</summary>
    public Action? BeforeReplaced { get; set; }

    public Task<RefreshReference> StartAsync(
        ExchangeCommand command, Lineage lineage, IssuedToken token, DateTimeOffset until, ClusterSecret secret, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        var reference = RefreshReference.Generate(secret);
        var family = RefreshFamily.Of(token, reference.FamilyHandle, until);
        families[reference.FamilyName] = new FoundRefreshToken(
            reference, command with { Refresh = family }, family, lineage, IsCurrent: true, ReadOnlyMemory<byte>.Empty);
        return Task.FromResult(reference);
    }

    public Task<FoundRefreshToken?> FindAsync(SensitiveText text, ClusterSecret secret, CancellationToken cancellationToken)
    {
        ThrowIfBroken();
        return Task.FromResult(
            RefreshReference.TryParse(text, secret, out var reference) && families.TryGetValue(reference.FamilyName, out var found)
                ? found with { Reference = reference, IsCurrent = found.Reference.Name == reference.Name }
                : null);
    }

    public Task<RefreshReference?> TryReplaceAsync(FoundRefreshToken found, ClusterSecret secret, CancellationToken cancellationToken)
    {
        BeforeReplaced?.Invoke();
        ThrowIfBroken();
        lock (families)
        {
            var current = families[found.Reference.FamilyName];
            if (current.Reference.Name != found.Reference.Name)
            {
                return Task.FromResult<RefreshReference?>(null);
            }

            var next = found.Reference.Next(secret);
            families[next.FamilyName] = current with { Reference = next };
            return Task.FromResult<RefreshReference?>(next);
        }
    }

    private void ThrowIfBroken()
    {
        if (Failure is not null)
        {
            throw Failure;
        }
    }
}
