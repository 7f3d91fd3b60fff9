using System.Text.Json;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Grains.Replication;

/// <summary>The policy the cluster runs: the text as published, compiled on every silo by the same compiler.</summary>
internal sealed class PolicyLog
{
    public const string Key = "policy";

    public PolicySnapshot? Snapshot { get; private set; }

    public string? Text { get; private set; }

    public static byte[] Encode(string text, string file) => JsonSerializer.SerializeToUtf8Bytes(new StoredPolicy(text, file));

    /// <exception cref="FormatException">Not a stored policy, or one that this version can't compile.</exception>
    public void Apply(byte[] record)
    {
        var stored = StoredRecord.Read<StoredPolicy>(record);
        var compilation = PolicyCompiler.Compile(stored.Text, stored.File);
        Snapshot = compilation.Snapshot
            ?? throw new FormatException($"The cluster's policy does not compile here: {compilation.Mistakes[0]}");
        Text = stored.Text;
    }

    private sealed record StoredPolicy(string Text, string File);
}
