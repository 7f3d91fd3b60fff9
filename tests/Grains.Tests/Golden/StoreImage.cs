using System.Text.Json;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Tests.Golden;

/// <summary>Everything that a cluster has stored, what its clients hold, and what its silos made of it.</summary>
internal sealed record StoreImage
{
    private static readonly JsonSerializerOptions Options = new() { WriteIndented = true };

    /// <summary>The key-encryption key, in base64.</summary>
    public required string Key { get; init; }

    public required Dictionary<string, LogHead> Heads { get; init; }

    public required IReadOnlyList<LogRecord> Records { get; init; }

    public required IReadOnlyList<KeptValue> Kept { get; init; }

    public required IReadOnlyList<SpentId> Spent { get; init; }

    /// <summary>An opaque token.</summary>
    public required string Opaque { get; init; }

    public required string RefreshToken { get; init; }

    /// <summary>The lineage claim of a token of this id.</summary>
    public required string Lineage { get; init; }

    public const string LineageOf = "golden-jti";

    public required IReadOnlyList<string> Lines { get; init; }

    public sealed record KeptValue(string Kind, string Id, byte[] Value);

    public sealed record SpentId(string Kind, string Id);

    public static StoreImage Read(string file) => JsonSerializer.Deserialize<StoreImage>(File.ReadAllText(file))!;

    public void Write(string file) => File.WriteAllText(file, JsonSerializer.Serialize(this, Options));
}

/// <summary>A store that holds exactly this, and takes nothing new.</summary>
internal sealed class ImageStore(StoreImage image, TimeProvider clock) : IClusterStore
{
    public Task InitializeAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken) => Task.FromResult(new Confirmation(
            clock.GetUtcNow(), Registered: true, IsHeld: false, image.Heads, [.. image.Records.Where(record => record.Epoch > applied.GetValueOrDefault(record.Log)).OrderBy(record => record.Epoch)]));

    public Task HoldAsync(Guid incarnation, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task DeregisterAsync(string silo, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
        Task.FromResult(!image.Spent.Contains(new StoreImage.SpentId(kind, id)));

    public Task PutAsync(string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<bool> TryReplaceAsync(
        string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    public Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken) => Task.FromResult<ReadOnlyMemory<byte>?>(
        image.Kept.SingleOrDefault(kept => kept.Kind == kind && kept.Id == id)?.Value);
}
