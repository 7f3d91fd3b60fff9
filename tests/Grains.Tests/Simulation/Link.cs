namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>The way from one process to another and back, with whatever is wrong on it.</summary>
internal sealed class Link(World world, SimProcess from, SimProcess to)
{
    /// <summary>Of a hundred requests, or replies.</summary>
    public int LostRequests { get; set; }

    public int LostReplies { get; set; }

    /// <summary>At most so much on the way, in each direction.</summary>
    public TimeSpan Slowness { get; set; }

    /// <summary>After it the caller gives up; what it asked for may still happen.</summary>
    public TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(1);

    public bool IsCut => LostRequests == 100 && LostReplies == 100;

    public void Cut() => LostRequests = LostReplies = 100;

    public void Heal()
    {
        LostRequests = LostReplies = 0;
        Slowness = TimeSpan.Zero;
    }

    public Task<T> CallAsync<T>(Func<Task<T>> work)
    {
        var reply = new TaskCompletionSource<T>();
        from.After(Patience, () => reply.TrySetException(new TimeoutException("No reply.")));
        if (!world.Chance(LostRequests))
        {
            to.After(OnTheWay(), () => _ = ServeAsync(work, reply));
        }

        return reply.Task;
    }

    private async Task ServeAsync<T>(Func<Task<T>> work, TaskCompletionSource<T> reply)
    {
        try
        {
            var result = await work();
            Reply(() => reply.TrySetResult(result));
        }
        catch (Exception exception)
        {
            Reply(() => reply.TrySetException(exception));
        }
    }

    private void Reply(Action complete)
    {
        if (!world.Chance(LostReplies))
        {
            from.After(OnTheWay(), complete);
        }
    }

    private TimeSpan OnTheWay() => world.Between(0.05, 1 + Slowness.TotalMilliseconds);
}
