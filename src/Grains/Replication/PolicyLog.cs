using System.Text.Json;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Grains.Replication;

/// <summary>The policy the cluster runs: the text as published, compiled on every silo by the same compiler.</summary>
internal sealed class PolicyLog
{
    public const string Key = "policy";

    public PolicySnapshot? Snapshot { get; private set; }

    public string? Text { get; private set; }

    /// <summary>As it is in the log.</summary>
    public byte[]? Record { get; private set; }

    /// <summary>What it and its predecessors have taken back.</summary>
    public Withdrawals Withdrawals { get; private set; } = Withdrawals.None;

    /// <summary>The record by which <paramref name="candidate"/> follows the policy that runs, with what it takes back of that.</summary>
    public byte[] EncodeNext(PolicySnapshot candidate, string text, string file, DateTimeOffset now)
    {
        var withdrawals = Snapshot is null ? Withdrawals : Withdrawals.Then(Snapshot, candidate, now);
        return JsonSerializer.SerializeToUtf8Bytes(new StoredPolicy(
            text, file, [.. withdrawals.All.Select(StoredWithdrawal.Of)], withdrawals.AliveUntil.ToUnixTimeMilliseconds()));
    }

    /// <exception cref="FormatException">Not a stored policy, or one that this version can't compile.</exception>
    public void Apply(byte[] record)
    {
        var stored = StoredRecord.Read<StoredPolicy>(record);
        var compilation = PolicyCompiler.Compile(stored.Text, stored.File);
        Snapshot = compilation.Snapshot
            ?? throw new FormatException($"The cluster's policy does not compile here: {compilation.Mistakes[0]}");
        Text = stored.Text;
        Record = record;
        Withdrawals = Withdrawals.Restore(
            [.. (stored.Withdrawn ?? []).Select(withdrawal => withdrawal.ToWithdrawal())],
            stored.AliveUntilMilliseconds is { } aliveUntil ? DateTimeOffset.FromUnixTimeMilliseconds(aliveUntil) : DateTimeOffset.MinValue);
    }

    private sealed record StoredPolicy(
        string Text, string File, StoredWithdrawal[]? Withdrawn = null, long? AliveUntilMilliseconds = null);

    /// <summary>An issuer, or a client and a target.</summary>
    private sealed record StoredWithdrawal(string? Issuer, string? Client, string? Target, long Revision, long UntilMilliseconds)
    {
        public static StoredWithdrawal Of(Withdrawal withdrawal) => new(
            withdrawal.Issuer, withdrawal.Edge?.Client, withdrawal.Edge?.Target, withdrawal.Revision, withdrawal.Until.ToUnixTimeMilliseconds());

        public Withdrawal ToWithdrawal() => new(
            Client is not null && Target is not null ? new Edge(Client, Target) : null,
            Issuer,
            Revision,
            DateTimeOffset.FromUnixTimeMilliseconds(UntilMilliseconds));
    }
}
