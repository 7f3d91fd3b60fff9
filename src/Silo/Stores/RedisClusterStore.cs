using System.Globalization;
using System.Security.Cryptography;
using ExchangeCluster.Grains.Replication;
using StackExchange.Redis;

namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// The cluster store of several processes: one Redis primary that writes every change to its disk before it answers. Each operation is
/// one script (<see cref="RedisScripts"/>).
/// </summary>
/// <remarks>
/// Whatever fails or takes too long is an exception of StackExchange.Redis, and may have happened. An append that did is refused when it is
/// repeated, because the log then stands elsewhere.
/// </remarks>
public sealed class RedisClusterStore : IClusterStore, IDisposable
{
    /// <summary>Most expired records that one append removes on its way, so that none takes long.</summary>
    private const int PurgeBatch = 100;

    /// <summary>Most records of one answer: Redis does nothing else for some 10 ms.</summary>
    private const int SliceRecords = 5_000;

    /// <summary>An answer ends with the record that goes beyond.</summary>
    private const int SliceBytes = 2 * 1024 * 1024;

    private readonly RedisConnections connections;

    private RedisClusterStore(RedisConnections connections) => this.connections = connections;

    /// <exception cref="RedisStoreException">It can't be reached, or isn't set up to keep what it is told.</exception>
    public static RedisClusterStore Open(RedisAddress address) => new(RedisConnections.Open(address));

    /// <exception cref="RedisStoreException">The same, or it holds no cluster.</exception>
    public static RedisClusterStore OpenInitialized(RedisAddress address)
    {
        var store = Open(address);
        if (store.IsInitialized)
        {
            return store;
        }

        store.Dispose();
        throw new RedisStoreException(string.Join(
            Environment.NewLine,
            $"The Redis at {address} holds no cluster: it is new, or has lost everything.",
            "If it is new, initialise it, once: start this program with the same settings and `initialize` as the first argument.",
            "If it held a cluster and silos still run, they know what it lost: give the command `recover`.",
            "Else restore its data: initialised again, it would accept what was revoked."));
    }

    /// <summary>True once the store was initialised, and as long as it has not lost everything.</summary>
    public bool IsInitialized => connections.Logs.KeyExists(RedisKeys.Logs, CommandFlags.DemandMaster);

    /// <summary>How the Redis is set and what its clock says, now.</summary>
    /// <exception cref="RedisStoreException">It does not answer, or doesn't tell.</exception>
    internal async Task<(IReadOnlyList<RedisSetting> Settings, DateTimeOffset Time)> ExamineAsync(RedisAddress address)
    {
        var connection = connections.Logs.Multiplexer;
        IReadOnlyList<RedisSetting> settings = [.. RedisServerCheck.Examine(connection, address)];
        try
        {
            return (settings, new DateTimeOffset(await connection.GetServer(connection.GetEndPoints()[0]).TimeAsync()));
        }
        catch (Exception e) when (e is RedisException or TimeoutException)
        {
            throw new RedisStoreException($"The Redis at {address} does not answer.", e);
        }
    }

    public Task InitializeAsync(CancellationToken cancellationToken) =>
        EvaluateAsync(connections.Logs, RedisScripts.Initialize, [RedisKeys.Logs], NewHeads(), cancellationToken);

    /// <summary>
    /// Begins all logs anew, empty, and lets nobody answer for <paramref name="hold"/>: silos that run write back what they know meanwhile.
    /// What was spent and kept stays.
    /// </summary>
    /// <returns>How many silos run; when there is none, nothing was done.</returns>
    public async Task<int> BeginAnewAsync(TimeSpan hold, TimeSpan dropAfter, CancellationToken cancellationToken) => (int)await EvaluateAsync(
        connections.Logs,
        RedisScripts.BeginAnew,
        [RedisKeys.Clock, RedisKeys.Silos, RedisKeys.Hold, RedisKeys.Logs, .. LogNames.All.SelectMany(log => new[] { RedisKeys.Epochs(log), RedisKeys.Records(log), RedisKeys.Expiries(log) })],
        [(long)hold.TotalMilliseconds, .. Life(dropAfter), .. NewHeads()],
        cancellationToken);

    /// <summary>Silos may answer from the store as it is: what it forgot is gone.</summary>
    public Task ReleaseAsync() => connections.Logs.KeyDeleteAsync(RedisKeys.Hold);

    public Task HoldAsync(Guid incarnation, CancellationToken cancellationToken) => EvaluateAsync(
        connections.Logs, RedisScripts.Hold, [RedisKeys.Hold, RedisKeys.Logs], [LogNames.Revocations, incarnation.ToString("N")], cancellationToken);

    public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) => EvaluateAsync(
        connections.Logs, RedisScripts.Register, [RedisKeys.Clock, RedisKeys.Silos], [silo, .. Life(dropAfter)], cancellationToken);

    public async Task<Confirmation> ConfirmAsync(
        string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken)
    {
        var answer = (RedisResult[])(await EvaluateAsync(
            connections.Logs,
            RedisScripts.Confirm,
            RedisKeys.Confirmation,
            [silo, .. Life(dropAfter), SliceRecords, SliceBytes, .. LogNames.All.Select(log => (RedisValue)applied.GetValueOrDefault(log))],
            cancellationToken))!;
        return new Confirmation(
            DateTimeOffset.FromUnixTimeMilliseconds((long)answer[4]),
            Registered: (bool)answer[0],
            IsHeld: (bool)answer[5],
            ReadHeads(answer[2]),
            ReadRecords((RedisResult[])answer[3]!))
        {
            HasMore = (bool)answer[1],
        };
    }

    public Task DeregisterAsync(string silo, CancellationToken cancellationToken) =>
        EvaluateAsync(connections.Logs, RedisScripts.Deregister, [RedisKeys.Silos], [silo], cancellationToken);

    public async Task<AppendResult> AppendAsync(
        string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken)
    {
        var after = expected with { Epoch = expected.Epoch + records.Count };
        var answer = (RedisResult[])(await EvaluateAsync(
            connections.Logs,
            RedisScripts.Append,
            [RedisKeys.Logs, RedisKeys.Silos, RedisKeys.Epochs(log), RedisKeys.Records(log), RedisKeys.Expiries(log)],
            [log, Text(expected), Text(after), expected.Epoch + 1, PurgeBatch, .. records.SelectMany(Values)],
            cancellationToken))!;
        var appended = (bool)answer[0];
        return new AppendResult(appended, appended ? after.Epoch : expected.Epoch, (string[])answer[1]!);
    }

    public async Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
        (bool)await EvaluateAsync(
            connections.Values, RedisScripts.Spend, [RedisKeys.Logs, RedisKeys.Spent(kind, id)], [until.ToUnixTimeMilliseconds()], cancellationToken);

    public Task PutAsync(string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) => EvaluateAsync(
        connections.Values, RedisScripts.Put, [RedisKeys.Logs, RedisKeys.Kept(kind, id)], [until.ToUnixTimeMilliseconds(), value], cancellationToken);

    public async Task<bool> TryReplaceAsync(
        string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
        (bool)await EvaluateAsync(
            connections.Values,
            RedisScripts.Replace,
            [RedisKeys.Logs, RedisKeys.Kept(kind, id)],
            [until.ToUnixTimeMilliseconds(), value, expected],
            cancellationToken);

    public async Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken)
    {
        var answer = await EvaluateAsync(connections.Values, RedisScripts.Get, [RedisKeys.Logs, RedisKeys.Kept(kind, id)], [], cancellationToken);
        return answer.IsNull ? default(ReadOnlyMemory<byte>?) : (byte[])answer!;
    }

    public void Dispose() => connections.Dispose();

    private static RedisValue[] NewHeads() =>
        [.. LogNames.All.SelectMany(log => new RedisValue[] { log, Text(new LogHead(new Guid(RandomNumberGenerator.GetBytes(16)), 0)) })];

    private static async Task<RedisResult> EvaluateAsync(
        IDatabase database, string script, RedisKey[] keys, RedisValue[] values, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values, CommandFlags.DemandMaster).WaitAsync(cancellationToken);
        }
        catch (Exception e) when (e is InvalidOperationException or OperationCanceledException && !cancellationToken.IsCancellationRequested)
        {
            // The library says so in both ways when a connection is given up under a command.
            throw new TimeoutException("Redis did not answer before the connection was given up.", e);
        }
    }

    private static Dictionary<string, LogHead> ReadHeads(RedisResult answer) =>
        ((RedisValue[])answer!).Chunk(2).ToDictionary(pair => (string)pair[0]!, pair => ReadHead(pair[1]!), StringComparer.Ordinal);

    private static List<LogRecord> ReadRecords(RedisResult[] answer)
    {
        var records = new List<LogRecord>();
        for (var log = 0; log < answer.Length; log++)
        {
            var part = (RedisResult[])answer[log]!;
            var (payloads, places) = ((RedisValue[])part[0]!, (RedisValue[])part[1]!);
            for (var index = 0; index < payloads.Length; index++)
            {
                records.Add(new LogRecord(
                    LogNames.All[log], (string)places[2 * index]!, (long)places[(2 * index) + 1], (byte[])payloads[index]!));
            }
        }

        return records;
    }

    /// <summary>How the clock may move at once, and how long a registration lives: the former is the margin in the latter.</summary>
    private static RedisValue[] Life(TimeSpan dropAfter) => [(long)(dropAfter.TotalMilliseconds / 6), (long)dropAfter.TotalMilliseconds];

    private static RedisValue[] Values(NewRecord record) =>
        [record.Key ?? throw new ArgumentException("It has no key.", nameof(record)), record.Payload, record.ExpiresAt?.ToUnixTimeMilliseconds() ?? RedisValue.EmptyString];

    private static string Text(LogHead head) => string.Create(CultureInfo.InvariantCulture, $"{head.Incarnation:N}:{head.Epoch}");

    private static LogHead ReadHead(string text) =>
        new(Guid.ParseExact(text.AsSpan(0, 32), "N"), long.Parse(text.AsSpan(33), NumberStyles.None, CultureInfo.InvariantCulture));
}
