namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>
/// A process of the simulation: everything that is awaited in it goes on in it, one thing at a time, unless it is frozen or dead.
/// </summary>
internal sealed class SimProcess : SynchronizationContext
{
    private readonly World world;
    private readonly List<Action> missed = [];
    private bool isFrozen;

    public SimProcess(World world)
    {
        this.world = world;
        Clock = new SimClock(world, this);
    }

    public SimClock Clock { get; }

    public bool IsDead { get; private set; }

    public bool WasFrozen { get; private set; }

    public override void Post(SendOrPostCallback d, object? state) => After(TimeSpan.Zero, () => d(state));

    public override SynchronizationContext CreateCopy() => this;

    public void After(TimeSpan delay, Action work) => world.Schedule(this, delay, work);

    /// <summary>Begins something in this process.</summary>
    public void Start(Func<Task> work) => After(TimeSpan.Zero, () => _ = GuardAsync(work));

    public void Run(Action work)
    {
        if (IsDead)
        {
            return;
        }

        if (isFrozen)
        {
            missed.Add(work);
            return;
        }

        var before = Current;
        SetSynchronizationContext(this);
        try
        {
            work();
        }
        finally
        {
            SetSynchronizationContext(before);
        }
    }

    /// <summary>Whatever was under way in it is gone.</summary>
    public void Kill()
    {
        IsDead = true;
        missed.Clear();
    }

    /// <summary>A process in its place; what was sent to the dead one meanwhile is lost.</summary>
    public void Revive() => IsDead = false;

    public void Freeze() => isFrozen = WasFrozen = true;

    /// <summary>Goes on as if nothing had been.</summary>
    /// <param name="monotonicStoodFor">As long as the host was suspended; zero when only the process was stopped.</param>
    public void Resume(TimeSpan monotonicStoodFor)
    {
        if (!isFrozen)
        {
            return;
        }

        isFrozen = false;
        Clock.StandStill(monotonicStoodFor);
        foreach (var work in missed)
        {
            After(TimeSpan.Zero, work);
        }

        missed.Clear();
    }

    private async Task GuardAsync(Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception exception)
        {
            world.Crashes.Add(exception.ToString());
        }
    }
}
