namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>What breaks, and how it is repaired. Several may be broken at once.</summary>
internal sealed class Faults(World world, SimCluster cluster)
{
    private const int FewestSilos = 2;
    private const int MostSilos = 5;

    public async Task ComeAndGoAsync(SimClock clock, Func<bool> isOver)
    {
        while (!isOver())
        {
            await Task.Delay(world.Between(100, 1500), clock);
            if (cluster.IsRecovering)
            {
                continue;
            }

            if (world.Chance(4))
            {
                await ForgetAsync(clock, isOver);
                continue;
            }

            var repair = Break();
            await Task.Delay(world.Between(50, 6000), clock);
            repair();
        }
    }

    /// <summary>The store of some seconds ago.</summary>
    private async Task ForgetAsync(SimClock clock, Func<bool> isOver)
    {
        var earlier = cluster.Server.Data.CopyTo(cluster.Server.Process.Clock);
        await Task.Delay(world.Between(0, 4000), clock);
        if (!cluster.IsRecovering && !isOver())
        {
            await cluster.ForgetAndRecoverAsync(earlier, clock);
        }
    }

    /// <returns>How it is repaired.</returns>
    private Action Break()
    {
        var silo = cluster.Alive[world.Dice.Next(cluster.Alive.Count)];
        return world.Dice.Next(12) switch
        {
            0 => Kill(silo),
            1 => Stop(silo),
            2 => Join(),
            3 => Freeze(silo, isHostSuspended: false),
            4 => Freeze(silo, isHostSuspended: true),
            5 => StepClock(silo),
            6 => CutFromStore(silo, requests: 100, replies: 100),
            7 => CutFromStore(silo, requests: 0, replies: 100),
            8 => CutFromStore(silo, requests: 30, replies: 30),
            9 => SlowStore(silo),
            10 => CutFromSilos(silo),
            _ => FreezeOrKillStore(),
        };
    }

    private Action Kill(SimSilo silo)
    {
        if (cluster.Alive.Count <= FewestSilos)
        {
            return Nothing;
        }

        silo.Kill(world.Now);
        return cluster.Join;
    }

    private Action Stop(SimSilo silo)
    {
        if (cluster.Alive.Count <= FewestSilos)
        {
            return Nothing;
        }

        silo.Stop(world);
        return cluster.Join;
    }

    private Action Join()
    {
        if (cluster.Alive.Count < MostSilos)
        {
            cluster.Join();
        }

        return Nothing;
    }

    private Action Freeze(SimSilo silo, bool isHostSuspended)
    {
        if (isHostSuspended && !silo.Process.Clock.MayFailIn(ClockFault.StandsStill))
        {
            return Nothing;
        }

        var since = world.Now;
        silo.Process.Freeze();
        return () => silo.Process.Resume(isHostSuspended ? world.Now - since : TimeSpan.Zero);
    }

    private Action StepClock(SimSilo silo)
    {
        if (!silo.Process.Clock.MayFailIn(ClockFault.IsSet))
        {
            return Nothing;
        }

        var by = world.Dice.Next(3) switch
        {
            0 => world.Between(-600_000, 600_000),
            1 => world.Between(-30_000, 30_000),

            // So small that the lease must not rest on this clock alone.
            _ => world.Between(-3000, 0),
        };
        silo.Process.Clock.Step(by);
        return () => silo.Process.Clock.Step(-by);
    }

    private static Action CutFromStore(SimSilo silo, int requests, int replies)
    {
        (silo.StoreLink.LostRequests, silo.StoreLink.LostReplies) = (requests, replies);
        return silo.StoreLink.Heal;
    }

    private Action SlowStore(SimSilo silo)
    {
        silo.StoreLink.Slowness = world.Between(100, 3000);
        return silo.StoreLink.Heal;
    }

    private Action CutFromSilos(SimSilo silo)
    {
        silo.CutFrom.UnionWith(cluster.Alive.Where(other => other != silo && world.Chance(60)));
        return silo.CutFrom.Clear;
    }

    private Action FreezeOrKillStore()
    {
        if (world.Chance(50))
        {
            cluster.Server.Process.Freeze();
            return () => cluster.Server.Process.Resume(TimeSpan.Zero);
        }

        cluster.Server.Process.Kill();
        return cluster.Server.Process.Revive;
    }

    private static void Nothing()
    {
    }
}
