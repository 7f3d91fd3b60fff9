using System.Collections.Concurrent;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Revocations;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>Remembers what was revoked; nothing follows from it.</summary>
internal sealed class FakeRevocations : IRevocationPublisher
{
    public ConcurrentBag<RevocationTarget> Revoked { get; } = [];

    public Task<RevocationReceipt> RevokeAsync(
        IReadOnlyList<RevocationTarget> targets, bool isBlock, Revoker by, CancellationToken cancellationToken)
    {
        foreach (var target in targets)
        {
            Revoked.Add(target);
        }

        return Task.FromResult(new RevocationReceipt(1, 1, 0, TimeSpan.Zero));
    }

    public Task<RevocationReceipt?> LiftAsync(string id, Revoker by, CancellationToken cancellationToken) =>
        Task.FromResult<RevocationReceipt?>(null);

    public Task<RevocationReceipt?> WithdrawKeyAsync(string keyId, CancellationToken cancellationToken) =>
        Task.FromResult<RevocationReceipt?>(null);
}
