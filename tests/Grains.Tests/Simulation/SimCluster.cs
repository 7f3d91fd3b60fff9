namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>The silos that there are, and the store they share.</summary>
internal sealed class SimCluster(World world, Template template, Flaw flaw)
{
    private static readonly TimeSpan MembershipIsLate = TimeSpan.FromSeconds(2);

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
        var silo = new SimSilo(world, Server, template.Key, MembersAsSeenBy, flaw);
        silo.StoreLink.Patience = world.Between(800, 4000);
        silos.Add(silo);
        silo.Start();
    }

    /// <summary>Whom clients ask.</summary>
    public IReadOnlyList<SimSilo> Serving => [.. Alive.Where(silo => silo.IsServing)];

    public SimSilo? Any() => Serving is { Count: > 0 } serving ? serving[world.Dice.Next(serving.Count)] : null;

    public void HealEverything()
    {
        foreach (var silo in silos)
        {
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
