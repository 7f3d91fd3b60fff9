namespace ExchangeCluster.Grains.Peers;

/// <summary>Asks every silo that is there, again and again, until all that are awaited have answered.</summary>
/// <typeparam name="TSilo">How a silo is addressed.</typeparam>
/// <param name="others">The other silos that are known now; may err.</param>
/// <param name="ask">How that silo is registered in the store, once it has applied what is there; null when it has not.</param>
/// <param name="clock">For pauses.</param>
internal sealed class PeerRounds<TSilo>(Func<IEnumerable<TSilo>> others, Func<TSilo, Task<string?>> ask, TimeProvider clock)
    where TSilo : notnull
{
    /// <summary>A silo that was not to be reached may be now: one that joins is registered before it is active.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    /// <param name="awaited">How they are registered in the store.</param>
    /// <param name="patience">Who has not answered by then is not waited for.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>How many of those awaited have answered.</returns>
    public async Task<int> RunAsync(IReadOnlySet<string> awaited, TimeSpan patience, CancellationToken cancellationToken)
    {
        using var leases = new CancellationTokenSource(patience, clock);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(leases.Token, cancellationToken);
        var isOver = new TaskCompletionSource();
        using var registration = over.Token.Register(isOver.SetResult);

        var missing = awaited.ToHashSet(StringComparer.Ordinal);
        var asked = new Dictionary<TSilo, Task<string?>>();
        var answered = new HashSet<TSilo>();
        while (missing.Count > 0 && !over.IsCancellationRequested)
        {
            foreach (var silo in others().Where(silo => !asked.ContainsKey(silo) && !answered.Contains(silo)))
            {
                asked[silo] = AskAsync(silo);
            }

            await Task.WhenAny([isOver.Task, .. asked.Values.DefaultIfEmpty(PauseAsync())]);
            foreach (var (silo, answer) in asked.Where(pair => pair.Value.IsCompleted).ToList())
            {
                asked.Remove(silo);
                if (await answer is { } id)
                {
                    missing.Remove(id);
                    answered.Add(silo);
                }
            }
        }

        cancellationToken.ThrowIfCancellationRequested();
        return awaited.Count - missing.Count;
    }

    /// <summary>Null comes after a pause, so that it may be asked once more.</summary>
    private async Task<string?> AskAsync(TSilo silo) => await ask(silo) ?? await PauseAsync();

    private async Task<string?> PauseAsync()
    {
        await Task.Delay(Pause, clock);
        return null;
    }
}
