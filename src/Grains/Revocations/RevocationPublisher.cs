using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Revocations;

/// <inheritdoc cref="IRevocationPublisher"/>
/// <remarks>
/// 1. append, together with what others want to append, 2. applied here, which the append waits for, 3. answers checked
/// before are handed over, 4. every other silo that was registered at the append has said the same of itself, or has lost its
/// lease since.
/// </remarks>
internal sealed class RevocationPublisher(RevocationQueue queue, LogWriter writer, Followers followers, TimeProvider clock) : IRevocationPublisher
{
    public async Task<RevocationReceipt> RevokeAsync(
        IReadOnlyList<RevocationTarget> targets, bool isBlock, Revoker by, CancellationToken cancellationToken) =>
        await WriteAsync(
            logs => [.. targets.Select(target => Record(logs, target, isBlock, by))], cancellationToken)
        ?? throw new ArgumentException("Nothing to revoke.", nameof(targets));

    public Task<RevocationReceipt?> LiftAsync(string id, Revoker by, CancellationToken cancellationToken) => WriteAsync(
        logs => logs.Revocations.Find(id) switch
        {
            null => [],
            { IsBlock: false } cutOff => [Lifted(logs, cutOff)],
            var block => [Lifted(logs, block), Record(logs, block.Target, isBlock: false, by)],
        },
        cancellationToken);

    public async Task<RevocationReceipt?> WithdrawKeyAsync(string keyId, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var appended = await writer.AppendAsync(
            LogNames.Keys,
            logs => [.. KeyRotation.PlanWithdrawal(logs.Keys.KeyRing ?? throw NotReady(), keyId, clock.GetUtcNow(), new KeyRotationSettings())
                .Select(record => new PlainRecord(record.LogKey, record.Encode()))],
            cancellationToken);
        return appended is null ? null : await AcknowledgeAsync(appended, started, cancellationToken);
    }

    private async Task<RevocationReceipt?> WriteAsync(
        Func<ReplicatedLogs, IReadOnlyList<PlainRecord>> decide, CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        return await queue.AppendAsync(decide).WaitAsync(cancellationToken) is { } appended
            ? await AcknowledgeAsync(appended, started, cancellationToken)
            : null;
    }

    private async Task<RevocationReceipt> AcknowledgeAsync(AppendResult appended, long started, CancellationToken cancellationToken)
    {
        var (confirmed, fenced) = await followers.FollowAsync(appended, cancellationToken);
        return new RevocationReceipt(appended.Epoch, confirmed, fenced, clock.GetElapsedTime(started));
    }

    private PlainRecord Record(ReplicatedLogs logs, RevocationTarget target, bool isBlock, Revoker by)
    {
        var id = target.Id(isBlock, SecretOf(logs));
        var now = clock.GetUtcNow();

        // Never back, whatever the writers' clocks say: the entry takes the place of an earlier one.
        var at = logs.Revocations.Find(id) is { } earlier && earlier.At > now ? earlier.At : now;
        var revocation = new Revocation
        {
            Id = id,
            Target = target,
            IsBlock = isBlock,
            Epoch = 0,
            At = at,
            ExpiresAt = isBlock ? null : LapsesAt(at, logs),
            By = by.Client,
            BySubject = by.Subject,
        };
        return new PlainRecord(id, RevocationLog.Encode(revocation), revocation.ExpiresAt);
    }

    /// <summary>The note of a lift need not outlive a cut-off: whoever loads after that finds neither.</summary>
    private PlainRecord Lifted(ReplicatedLogs logs, Revocation revocation) =>
        new(revocation.Id, RevocationLog.EncodeLifted(revocation), LapsesAt(clock.GetUtcNow(), logs));

    /// <summary>
    /// What an entry covers was issued before it, by an issuer whose clock may run ahead of ours by the skew, and lives as
    /// long as the policy accepts at most, or an earlier policy did. Once more the skew, because the silos have clocks too.
    /// </summary>
    private static DateTimeOffset LapsesAt(DateTimeOffset at, ReplicatedLogs logs)
    {
        var lapses = at + (logs.Policy.Snapshot ?? throw NotReady()).LongestAcceptedLifetime + (2 * SubjectTokenValidator.ClockSkew);
        return lapses > logs.Policy.Withdrawals.AliveUntil ? lapses : logs.Policy.Withdrawals.AliveUntil;
    }

    private static ClusterSecret SecretOf(ReplicatedLogs logs) => (logs.Keys.KeyRing ?? throw NotReady()).Secret;

    private static InvalidOperationException NotReady() => new("This silo may not answer.");
}
