namespace ExchangeCluster.Domain.Clients;

/// <summary>
/// Bounds how often the authentication of one client may fail on this silo. Only failures are counted and only failures
/// are limited: right credentials are accepted however many wrong ones a stranger sends in the same client's name.
/// </summary>
/// <remarks>
/// Ids are strangers' text, so they are spread by a hash that is random to the process over a fixed number of rows: memory
/// doesn't grow with made-up ids, and an id that exists is limited exactly like one that doesn't.
/// </remarks>
/// <param name="failuresPerSecond">The rate that is answered in the long run: 1 to <see cref="MaxRate"/>.</param>
/// <param name="time">The clock; monotonic.</param>
public sealed class FailureLimit(int failuresPerSecond, TimeProvider time)
{
    public const int DefaultRate = 5;

    public const int MaxRate = 10_000;

    /// <summary>How many seconds' worth of failures may come at once: a misconfigured fleet that starts is no attack.</summary>
    public const int BurstSeconds = 20;

    /// <summary>32 KiB; two of a thousand clients under attack share a row with a chance of one in ten.</summary>
    private const int Rows = 4096;

    private readonly long start = time.GetTimestamp();
    private readonly TimeSpan interval = TimeSpan.FromSeconds(1) / failuresPerSecond;

    /// <summary>
    /// By row, when all its failures so far would have been due at the permitted rate, in ticks since the start (the
    /// generic cell rate algorithm).
    /// </summary>
    private readonly long[] due = new long[Rows];

    /// <summary>Counts one failure.</summary>
    /// <param name="clientId">As the caller claims it; empty where it claims none.</param>
    /// <returns>Whether the rate still permits it.</returns>
    public bool TryCount(string clientId)
    {
        ref var row = ref due[(uint)string.GetHashCode(clientId, StringComparison.Ordinal) % Rows];
        while (true)
        {
            var now = time.GetElapsedTime(start).Ticks;
            var seen = Volatile.Read(ref row);
            var next = Math.Max(seen, now) + interval.Ticks;
            if (next > now + (BurstSeconds * TimeSpan.TicksPerSecond))
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref row, next, seen) == seen)
            {
                return true;
            }
        }
    }
}
