using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Grains.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>
/// The replicated state of one silo, composed as the process composes it, in a process of the simulation. What the real thing takes from
/// Orleans, calls between silos, goes over links.
/// </summary>
internal sealed class SimSilo
{
    private readonly ServiceProvider services;

    private bool isTold;

    public SimSilo(World world, StoreServer server, KeyEncryptionKey key, Func<SimSilo, IEnumerable<SimSilo>> others, Flaw flaw)
    {
        Process = new SimProcess(world);
        StoreLink = new Link(world, Process, server.Process);
        Joined = world.Now;
        var store = new SimStore(server, StoreLink, Process.Clock);
        services = new ServiceCollection()
            .AddLogging()
            .AddSingleton<TimeProvider>(Process.Clock)
            .AddSingleton<IClusterStore>(store)
            .AddSingleton(key)
            .AddReplication(_ => { })
            .AddSingleton<IReplicaPeers>(new SimPeers(world, this, others, flaw))
            .BuildServiceProvider();
        var state = services.GetRequiredService<IClusterState>();
        State = flaw == Flaw.LeaseFromReply ? new LeaseFromReply(state, store, Process.Clock) : state;
        Current = new CurrentState(
            State, services.GetRequiredService<HandOvers>(), new FakeKeySets(), SpentOnce, new FailureLimit(FailureLimit.DefaultRate, Process.Clock),
            Process.Clock, services.GetRequiredService<ILogger<CurrentState>>());
    }

    public SimProcess Process { get; }

    public Link StoreLink { get; }

    /// <summary>When it began to start.</summary>
    public TimeSpan Joined { get; }

    /// <summary>When it died or was stopped.</summary>
    public TimeSpan? Left { get; private set; }

    /// <summary>Calls between it and them are lost, in both directions.</summary>
    public HashSet<SimSilo> CutFrom { get; } = [];

    public IClusterState State { get; }

    public CurrentState Current { get; }

    public ReplicaAnswer Answer => services.GetRequiredService<ReplicaAnswer>();

    public IRevocationPublisher Revocations => services.GetRequiredService<IRevocationPublisher>();

    public ISpentOnce SpentOnce => services.GetRequiredService<ISpentOnce>();

    private Replica Replica => services.GetRequiredService<Replica>();

    /// <summary>As the host starts it; a store that doesn't answer is tried again, as an orchestrator would.</summary>
    public void Start() => Process.Start(async () =>
    {
        while (true)
        {
            try
            {
                await Replica.StartAsync(CancellationToken.None);
                IsServing = true;
                break;
            }
            catch (FencedException) when (isTold)
            {
                // To stop, before it had started: a host that stops doesn't start.
                return;
            }
            catch (TimeoutException)
            {
                await Task.Delay(TimeSpan.FromSeconds(1), Process.Clock);
            }
        }

        await services.GetServices<IHostedService>().OfType<ReplicaService>().Single().ConfirmUntilAsync(CancellationToken.None);
    });

    /// <summary>It has loaded, so that clients find it.</summary>
    public bool IsServing { get; private set; }

    public bool IsCutFrom(SimSilo other) => CutFrom.Contains(other) || other.CutFrom.Contains(this);

    public void Kill(TimeSpan now)
    {
        Process.Kill();
        Left = now;
    }

    /// <summary>In order: it says good-bye to the store, and then it is gone.</summary>
    public void Stop(World world) => Process.Start(async () =>
    {
        isTold = true;
        try
        {
            await Replica.StopAsync(CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // The store drops it.
        }

        Kill(world.Now);
    });
}
