namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// The operations of the store, each one script and so one atomic step. A script without flags is refused by a replica and by a
/// server that is out of memory or can't write to its disk, whatever it would do; <c>allow-oom</c> is for those that write a few
/// bytes in place, so that a full store still confirms what silos hold.
/// </summary>
internal static class RedisScripts
{
    /// <summary>Begins the errors that these scripts raise themselves.</summary>
    public const string NotInitializedError = "NOTINITIALIZED";

    /// <summary>
    /// The store's clock, in ms: the time that went by between two looks at it, but no more than ARGV[2], the margin between a fence and
    /// the end of a registration. So a server whose clock is set never drops a silo that still answers under its lease.
    /// </summary>
    private const string Clock = """
        local function now(clock)
          local time = redis.call('TIME')
          local wall = time[1] * 1000 + math.floor(time[2] / 1000)
          local seen = tonumber(redis.call('HGET', clock, 'wall')) or wall
          redis.call('HSET', clock, 'wall', wall)
          return redis.call('HINCRBY', clock, 'passed', math.max(0, math.min(wall - seen, ARGV[2]))), wall
        end
        local function drop(silos, before)
          redis.call('ZREMRANGEBYSCORE', silos, '-inf', '(' .. before)
        end

        """;

    private const string RequireLogs = """
        if redis.call('EXISTS', KEYS[1]) == 0 then
          return redis.error_reply('NOTINITIALIZED the store has no logs')
        end

        """;

    /// <summary>KEYS: logs. ARGV: name and head of each log. 1 when it made them.</summary>
    public const string Initialize = """
        #!lua
        if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
        redis.call('HSET', KEYS[1], unpack(ARGV))
        return 1
        """;

    /// <summary>
    /// KEYS: clock, silos, hold, logs, then epochs, records and expiries of each log. ARGV: how long to hold in ms, margin, life of a
    /// registration in ms, then name and head of each log. Returns how many silos are registered; nothing is done when there is none.
    /// </summary>
    public const string BeginAnew = $"""
        #!lua
        {Clock}
        local passed = now(KEYS[1])
        drop(KEYS[2], passed - ARGV[3])
        local silos = redis.call('ZCARD', KEYS[2])
        if silos == 0 then return 0 end
        redis.call('DEL', unpack(KEYS, 3))
        redis.call('HSET', KEYS[4], unpack(ARGV, 4))
        redis.call('SET', KEYS[3], 1, 'PX', ARGV[1])
        return silos
        """;

    /// <summary>KEYS: hold, logs. ARGV: a log, and how its head begins.</summary>
    public const string Hold = """
        #!lua flags=allow-oom
        local head = redis.call('HGET', KEYS[2], ARGV[1])
        if not head or string.sub(head, 1, #ARGV[2]) ~= ARGV[2] then return 0 end
        redis.call('SET', KEYS[1], 1)
        return 1
        """;

    /// <summary>KEYS: clock, silos. ARGV: silo, margin, life of a registration in ms.</summary>
    public const string Register = $"""
        #!lua flags=allow-oom
        {Clock}
        local passed = now(KEYS[1])
        drop(KEYS[2], passed - ARGV[3])
        redis.call('ZADD', KEYS[2], passed, ARGV[1])
        return 1
        """;

    /// <summary>
    /// KEYS: logs, clock, silos, hold, then epochs and records of each log. ARGV: silo, margin, life of a registration in ms, most records and
    /// most bytes of an answer, then the epoch applied of each log. Returns whether the silo is registered, whether there are more
    /// records than these, the heads, of each log that was come to its payloads and their keys and epochs (maybe of more), the wall clock in ms, and
    /// whether nobody may answer. Payloads are read by the hundred: each call takes Redis longer than to read one.
    /// </summary>
    public const string Confirm = $$"""
        #!lua flags=allow-oom
        {{Clock}}
        local passed, wall = now(KEYS[2])
        drop(KEYS[3], passed - ARGV[3])
        local heads, held = redis.call('HGETALL', KEYS[1]), redis.call('EXISTS', KEYS[4])
        if not redis.call('ZSCORE', KEYS[3], ARGV[1]) then return {0, 0, heads, {}, wall, held} end
        redis.call('ZADD', KEYS[3], passed, ARGV[1])
        local records, count, bytes = {}, tonumber(ARGV[4]), tonumber(ARGV[5])
        for log = 0, #ARGV - 6 do
          local found = redis.call('ZRANGE', KEYS[5 + 2 * log], '(' .. ARGV[6 + log], '+inf', 'BYSCORE', 'LIMIT', 0, count + 1, 'WITHSCORES')
          local payloads, total = {}, #found / 2
          records[log + 1] = {payloads, found}
          for first = 1, total, 100 do
            local keys = {}
            for i = first, math.min(first + 99, total) do keys[#keys + 1] = found[2 * i - 1] end
            for _, payload in ipairs(redis.call('HMGET', KEYS[6 + 2 * log], unpack(keys))) do
              if count == 0 or bytes <= 0 then return {1, 1, heads, records, wall, held} end
              payloads[#payloads + 1] = payload
              count, bytes = count - 1, bytes - #payload
            end
          end
        end
        return {1, 0, heads, records, wall, held}
        """;

    /// <summary>KEYS: silos. ARGV: silo.</summary>
    public const string Deregister = """
        #!lua flags=allow-oom
        return redis.call('ZREM', KEYS[1], ARGV[1])
        """;

    /// <summary>
    /// KEYS: logs, silos, epochs, records and expiries of the log. ARGV: log, head expected, head after, first epoch, most expired
    /// records to remove, then key, payload, expiry in ms (or nothing) of each record. Returns whether it appended, and all silos.
    /// </summary>
    public const string Append = """
        #!lua
        local silos = redis.call('ZRANGE', KEYS[2], 0, -1)
        if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return {0, silos} end
        redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
        local epoch = tonumber(ARGV[4])
        for i = 6, #ARGV, 3 do
          redis.call('ZADD', KEYS[3], epoch, ARGV[i])
          redis.call('HSET', KEYS[4], ARGV[i], ARGV[i + 1])
          if ARGV[i + 2] == '' then
            redis.call('ZREM', KEYS[5], ARGV[i])
          else
            redis.call('ZADD', KEYS[5], ARGV[i + 2], ARGV[i])
          end
          epoch = epoch + 1
        end
        local time = redis.call('TIME')
        local expired = redis.call('ZRANGE', KEYS[5], '-inf', time[1] .. '000', 'BYSCORE', 'LIMIT', 0, ARGV[5])
        for _, key in ipairs(expired) do
          redis.call('ZREM', KEYS[3], key)
          redis.call('HDEL', KEYS[4], key)
          redis.call('ZREM', KEYS[5], key)
        end
        return {1, silos}
        """;

    /// <summary>KEYS: logs, id. ARGV: end in ms. 1 when it was not spent before.</summary>
    public const string Spend = $"""
        #!lua
        {RequireLogs}
        return redis.call('SET', KEYS[2], '', 'NX', 'PXAT', ARGV[1]) and 1 or 0
        """;

    /// <summary>KEYS: logs, id. ARGV: end in ms, value.</summary>
    public const string Put = $"""
        #!lua
        {RequireLogs}
        redis.call('SET', KEYS[2], ARGV[2], 'PXAT', ARGV[1])
        return 1
        """;

    /// <summary>KEYS: logs, id. ARGV: end in ms, value, value expected. 1 when it was that.</summary>
    public const string Replace = $"""
        #!lua
        {RequireLogs}
        if redis.call('GET', KEYS[2]) ~= ARGV[3] then return 0 end
        redis.call('SET', KEYS[2], ARGV[2], 'PXAT', ARGV[1])
        return 1
        """;

    /// <summary>KEYS: logs, id. The value, or nil.</summary>
    public const string Get = $"""
        #!lua
        {RequireLogs}
        return redis.call('GET', KEYS[2])
        """;
}
