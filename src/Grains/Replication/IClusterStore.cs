namespace ExchangeCluster.Grains.Replication;

/// <summary>
/// The truth behind the replicated logs, the registrations and what was spent: small, and every operation atomic.
/// A failure or time-out is an exception, never an empty answer. One implementation for each kind of store; all pass
/// the same conformance kit.
/// </summary>
public interface IClusterStore
{
    /// <summary>
    /// Gives every log of <see cref="LogNames"/> a random incarnation and epoch 0. An explicit step: nothing else ever creates
    /// a log. Does nothing to a store that was initialised before, even if it has lost a log since.
    /// </summary>
    Task InitializeAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Registers a silo, before its first load. Registering an id again renews it. Drops registrations that were not
    /// confirmed for longer than <paramref name="dropAfter"/>, by the store's own clock.
    /// </summary>
    Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken);

    /// <summary>
    /// Writes the confirmation of a registered silo and returns, as of one instant, the head of every log (a log that is
    /// missing is missing there) and each record above the epochs that the silo has applied, in order of epoch. Of very many it returns the first ones:
    /// see <see cref="Confirmation.HasMore"/>. A silo that isn't registered (any more)
    /// gets <see cref="Confirmation.Registered"/> false and must start again from registration.
    /// </summary>
    Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken);

    /// <summary>
    /// Nobody may answer from this store until its operator has begun it anew: a silo has seen that it forgot. Confirmations say so. Does
    /// nothing when it was begun anew since.
    /// </summary>
    /// <param name="incarnation">Of the log of revocations, in the store that forgot.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task HoldAsync(Guid incarnation, CancellationToken cancellationToken);

    Task DeregisterAsync(string silo, CancellationToken cancellationToken);

    /// <summary>
    /// Appends records at <paramref name="expected"/>.Epoch + 1 … + n, replacing older records of the same key, and
    /// returns the registrations read in the same instant. Appends nothing when the log isn't exactly at
    /// <paramref name="expected"/> (incarnation and epoch): the caller catches up and decides again. So it is with no records at all, which
    /// leave the log as it is.
    /// </summary>
    Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken);

    /// <summary>
    /// True exactly once for each (<paramref name="kind"/>, <paramref name="id"/>) until <paramref name="until"/>, across
    /// all silos and restarts. The id is a keyed hash: never a raw token or jti.
    /// </summary>
    Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>
    /// Keeps a value under (<paramref name="kind"/>, <paramref name="id"/>) until <paramref name="until"/>, by the store's own
    /// clock; replaces what was there. The id is a keyed hash, the value sealed.
    /// </summary>
    Task PutAsync(string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>
    /// Puts <paramref name="value"/> in the place of <paramref name="expected"/>. False, and nothing is changed, when something
    /// else is kept there, or nothing: of several that replace the same value, one succeeds.
    /// </summary>
    Task<bool> TryReplaceAsync(
        string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken);

    /// <summary>The value kept; null when there is none, or its time is over.</summary>
    Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken);
}

/// <summary>The replicated logs.</summary>
public static class LogNames
{
    public const string Policy = "policy";
    public const string Keys = "keys";
    public const string Revocations = "revocations";
    public const string IssuerKeys = "issuer-keys";
    public const string ClientKeys = "client-keys";

    public static IReadOnlyList<string> All { get; } = [Policy, Keys, Revocations, IssuerKeys, ClientKeys];
}

/// <summary>Where a log stands. Another incarnation, or a lower epoch, is a store that forgot.</summary>
public readonly record struct LogHead(Guid Incarnation, long Epoch);

/// <summary>A record to append. A later record of the same key replaces it.</summary>
/// <param name="Key">Never a raw token or subject.</param>
/// <param name="Payload">Sealed bytes.</param>
/// <param name="ExpiresAt">The store may forget the record after this time; null: never.</param>
public sealed record NewRecord(string Key, ReadOnlyMemory<byte> Payload, DateTimeOffset? ExpiresAt = null);

/// <summary>A record as stored.</summary>
public sealed record LogRecord(string Log, string Key, long Epoch, ReadOnlyMemory<byte> Payload);

/// <param name="At">That instant, by the store's wall clock.</param>
/// <param name="Registered">False: start again from registration.</param>
/// <param name="IsHeld">Nobody may answer: the store has forgotten something, and those who know it have yet to write it back.</param>
/// <param name="Heads">Of every log that is there.</param>
/// <param name="Records">Of each log, in order of epoch.</param>
public sealed record Confirmation(
    DateTimeOffset At, bool Registered, bool IsHeld, IReadOnlyDictionary<string, LogHead> Heads, IReadOnlyList<LogRecord> Records)
{
    /// <summary>
    /// It is a part: there were more records than these, and whoever has applied these may ask for those above. What was replaced in between
    /// comes later then, under its new epoch. Nothing may be answered from before the last part, which names the heads that hold.
    /// </summary>
    public bool HasMore { get; init; }
}

/// <param name="Appended">False: the log was not where the caller expected it.</param>
/// <param name="Epoch">The epoch of the last record appended.</param>
/// <param name="Silos">Every registration at that instant.</param>
public sealed record AppendResult(bool Appended, long Epoch, IReadOnlyList<string> Silos);
