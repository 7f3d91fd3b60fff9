using ExchangeCluster.StoreKit;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>The silos that there are, and the store they share.</summary>
internal sealed class SimCluster(World world, SimProcess clients, Template template, Flaw flaw)
{
    private static readonly TimeSpan MembershipIsLate = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan EverybodyFollows = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(3);

    private readonly List<SimSilo> silos = [];

    public StoreServer Server { get; } = new(world, template.Store.CopyTo);

    public IReadOnlyList<SimSilo> Alive => [.. silos.Where(silo => silo.Left is null)];

    public void Start(int silos)
    {
        for (var number = 0; number < silos; number++)
        {
            Join();
        }
    }

    public void Join()
    {
        if (IsRecovering)
        {
            clients.After(TimeSpan.FromSeconds(1), Join);
            return;
        }

        var silo = new SimSilo(world, Server, template.Key, MembersAsSeenBy, flaw);
        silo.StoreLink.Patience = world.Between(800, 4000);
        silos.Add(silo);
        silo.Start();
    }

    /// <summary>Whom clients ask.</summary>
    public IReadOnlyList<SimSilo> Serving => [.. Alive.Where(silo => silo.IsServing)];

    public SimSilo? Any() => Serving is { Count: > 0 } serving ? serving[world.Dice.Next(serving.Count)] : null;

    /// <summary>The store has lost something, and its operator is at it.</summary>
    public bool IsRecovering { get; private set; }

    /// <summary>
    /// The store goes back to what it was a while ago; an operator sees to it that everything else runs, and begins it anew. All the while
    /// nothing else breaks and nobody joins: nobody promises to survive more than that.
    /// </summary>
    public async Task ForgetAndRecoverAsync(InMemoryClusterStore earlier, TimeProvider clock)
    {
        IsRecovering = true;
        HealEverything();

        // Who was cut off or is just joining could answer from the store until the others see that it forgot; nobody promises otherwise.
        await Task.Delay(EverybodyFollows, clock);
        Server.Data.GoBackTo(earlier);
        await Task.Delay(world.Between(1500, 4000), clock);
        Server.Data.BeginAnew(Hold);
        await Task.Delay(Hold, clock);
        IsRecovering = false;
    }

    public void HealEverything()
    {
        Server.Process.Revive();
        Server.Process.Resume(TimeSpan.Zero);
        foreach (var silo in silos)
        {
            silo.Process.Resume(TimeSpan.Zero);
            silo.StoreLink.Heal();
            silo.StoreLink.Patience = TimeSpan.FromSeconds(1);
            silo.CutFrom.Clear();
        }
    }

    /// <summary>Membership hears of a new silo late, of a dead one later, and sometimes misses one that is well.</summary>
    private IEnumerable<SimSilo> MembersAsSeenBy(SimSilo silo) => silos.Where(other =>
        other != silo
        && world.Now - other.Joined > MembershipIsLate
        && (other.Left is not { } left || world.Now - left < MembershipIsLate)
        && !world.Chance(5));
}
