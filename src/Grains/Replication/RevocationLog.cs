using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ExchangeCluster.Domain.Revocations;

namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// The revocations: cut-offs, blocks, and the notes that one was lifted. A record's key is the id of the revocation.
/// </summary>
internal sealed class RevocationLog
{
    private readonly RevocationBuilder entries = new();

    public static byte[] Encode(Revocation revocation) => JsonSerializer.SerializeToUtf8Bytes(new StoredRevocation(
        revocation.Target.Kind,
        revocation.Target.Handle.ToString(CultureInfo.InvariantCulture),
        revocation.Target.Name,
        revocation.Target.Service,
        revocation.IsBlock,
        IsLifted: false,
        revocation.At.ToUnixTimeMilliseconds(),
        revocation.ExpiresAt?.ToUnixTimeMilliseconds(),
        revocation.By,
        revocation.BySubject));

    /// <summary>The record that takes the place of a lifted revocation.</summary>
    public static byte[] EncodeLifted(Revocation revocation) => JsonSerializer.SerializeToUtf8Bytes(new StoredRevocation(
        revocation.Target.Kind, "0", null, null, revocation.IsBlock, IsLifted: true, 0, null, string.Empty, null));

    /// <exception cref="FormatException">Not a stored revocation.</exception>
    public void Apply(string key, long epoch, byte[] plaintext)
    {
        var stored = StoredRecord.Read<StoredRevocation>(plaintext);
        if (stored.IsLifted)
        {
            entries.Remove(key);
            return;
        }

        entries.Set(new Revocation
        {
            Id = key,
            Target = RevocationTarget.Restore(stored.Kind, ReadHandle(stored.Handle), stored.Name, stored.Service),
            IsBlock = stored.IsBlock,
            Epoch = epoch,
            At = DateTimeOffset.FromUnixTimeMilliseconds(stored.AtMilliseconds),
            ExpiresAt = stored.ExpiresAtMilliseconds is { } expiresAt ? DateTimeOffset.FromUnixTimeMilliseconds(expiresAt) : null,
            By = stored.By,
            BySubject = stored.BySubject,
        });
    }

    /// <summary>True when there was something to drop.</summary>
    public bool DropLapsed(DateTimeOffset now) => entries.DropLapsed(now);

    public IEnumerable<Revocation> Entries => entries.Entries;

    public Revocation? Find(string id) => entries.TryGet(id, out var revocation) ? revocation : null;

    public RevocationSnapshot ToSnapshot(Guid incarnation) => entries.ToSnapshot(incarnation);

    private static UInt128 ReadHandle(string text) =>
        UInt128.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var handle)
            ? handle
            : throw new FormatException("Not a handle.");

    private sealed record StoredRevocation(
        [property: JsonConverter(typeof(JsonStringEnumConverter<RevocationKind>))] RevocationKind Kind,
        string Handle,
        string? Name,
        string? Service,
        bool IsBlock,
        bool IsLifted,
        long AtMilliseconds,
        long? ExpiresAtMilliseconds,
        string By,
        string? BySubject);
}
