using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.StoreKit;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>
/// One schedule: clients read, revoke and spend at every silo while the faults that the seed decides come and go; then everything is
/// healed, and must be well.
/// </summary>
internal sealed class Schedule
{
    private const int Readers = 4;
    private const int Revokers = 3;
    private const int Subjects = 6;

    private static readonly TimeSpan Trouble = TimeSpan.FromSeconds(14);
    private static readonly TimeSpan Recovery = TimeSpan.FromSeconds(16);
    private static readonly TimeSpan Skew = SubjectTokenValidator.ClockSkew;
    private static readonly Revoker By = new("sts", null);

    private readonly World world;
    private readonly SimProcess clients;
    private readonly SimCluster cluster;
    private readonly string[] subjects = new string[Subjects];
    private int born;
    private bool isOver;

    public Schedule(int seed, Template template, Flaw flaw)
    {
        world = new World(seed);
        clients = new SimProcess(world);
        cluster = new SimCluster(world, clients, template, flaw);
        for (var index = 0; index < Subjects; index++)
        {
            subjects[index] = BeBorn();
        }
    }

    public SimHistory History { get; } = new();

    public void Run()
    {
        cluster.Start(silos: 3);
        world.RunUntil(TimeSpan.FromSeconds(1));
        for (var reader = 0; reader < Readers; reader++)
        {
            clients.Start(ReadAsync);
        }

        for (var revoker = 0; revoker < Revokers; revoker++)
        {
            clients.Start(RevokeAsync);
        }

        clients.Start(SpendAsync);
        var faults = new Faults(world, cluster);
        clients.Start(() => faults.ComeAndGoAsync(clients.Clock, () => isOver));
        clients.Start(() => faults.ComeAndGoAsync(clients.Clock, () => isOver));
        world.RunUntil(Trouble);

        isOver = true;
        cluster.HealEverything();
        world.RunUntil(Trouble + Recovery);
        CheckThatAllIsWell();
    }

    private void CheckThatAllIsWell()
    {
        world.Crashes.ForEach(History.AddStuck);
        foreach (var silo in cluster.Alive)
        {
            if (silo.State.Current is not { } snapshot)
            {
                History.AddStuck($"A silo does not answer again: {string.Join(' ', silo.State.NotReadyReasons)}");
            }
            else
            {
                foreach (var subject in AllSubjects().Where(subject => History.IsRevoked(subject) && !snapshot.Revocations.IsBlocked(Target(subject))))
                {
                    History.AddStuck($"A silo has forgotten the revocation of {subject}.");
                }
            }
        }
    }

    private async Task ReadAsync()
    {
        while (!isOver)
        {
            await PauseAsync(5, 60);
            if (cluster.Any() is { } silo)
            {
                Ask(silo, subjects[world.Dice.Next(Subjects)]);
            }
        }
    }

    /// <summary>A request that its client doesn't wait for.</summary>
    private void Ask(SimSilo silo, string subject)
    {
        var began = world.Now;
        silo.Process.After(world.Between(0.05, 1), () => _ = AnswerAsync(silo, subject, began));
    }

    private async Task AnswerAsync(SimSilo silo, string subject, TimeSpan began)
    {
        using var answer = await silo.Current.AnswerAsync<Verdict>(
            async snapshot =>
            {
                await Task.Delay(world.Between(0, 3), silo.Process.Clock);
                return new Verdict(!snapshot.Revocations.IsBlocked(Target(subject)));
            },
            CancellationToken.None);
        await Task.Delay(world.Between(0, 2), silo.Process.Clock);
        if (answer.Value is { } verdict)
        {
            History.AddDecision(subject, began, world.Now, verdict.IsAllowed, silo.Process.WasFrozen);
        }
    }

    private async Task RevokeAsync()
    {
        while (!isOver)
        {
            await PauseAsync(50, 800);
            if (cluster.Any() is not { } silo)
            {
                continue;
            }

            var index = world.Dice.Next(Subjects);
            var (subject, way) = (subjects[index], new Link(world, clients, silo.Process) { Patience = TimeSpan.FromSeconds(10) });
            try
            {
                await way.CallAsync(() => silo.Revocations.RevokeAsync([Target(subject)], isBlock: true, By, CancellationToken.None));
                History.AddRevoked(subject, world.Now);
            }
            catch (Exception exception) when (exception is TimeoutException or FencedException or InvalidOperationException)
            {
                // 503: nobody knows whether it holds.
            }

            clients.After(TimeSpan.FromSeconds(4), () => subjects[index] = BeBorn());
        }
    }

    /// <summary>
    /// Assertions that are about to expire, presented again and again: a silo whose clock is behind accepts them for longer, and
    /// must not find that they were forgotten.
    /// </summary>
    private async Task SpendAsync()
    {
        for (var number = 0; !isOver; number++)
        {
            await PauseAsync(100, 500);
            var assertion = new AssertionId("web", $"assertion {number}", SimClock.Beginning + world.Now - Skew + world.Between(500, 3000));
            for (var use = 0; use < 8 && cluster.Any() is { } silo; use++)
            {
                silo.Process.After(world.Between(0.05, use * 1000), () => _ = SpendAsync(silo, assertion));
            }
        }
    }

    private async Task SpendAsync(SimSilo silo, AssertionId assertion)
    {
        using var answer = await silo.Current.AnswerAsync<Verdict>(
            async _ => new Verdict(
                silo.Process.Clock.GetUtcNow() < assertion.Until + Skew && await DependencyFailedException.GuardAsync(
                    "store",
                    () => silo.SpentOnce.TrySpendAsync("assertion", assertion.ClientId, assertion.Jti, assertion.Until + (2 * Skew), CancellationToken.None),
                    CancellationToken.None)),
            CancellationToken.None);
        if (answer.Value is { IsAllowed: true })
        {
            History.AddSpent(assertion.Jti);
        }
    }

    private static RevocationTarget Target(string subject) => RevocationTarget.Client(subject);

    private IEnumerable<string> AllSubjects() => Enumerable.Range(1, born).Select(Name);

    private string BeBorn() => Name(++born);

    private static string Name(int number) => $"client-{number}";

    private Task PauseAsync(double fromMs, double toMs) => Task.Delay(world.Between(fromMs, toMs), clients.Clock);

    private sealed record Verdict(bool IsAllowed);
}

/// <summary>A store with keys and a policy in it, to begin a schedule from.</summary>
internal sealed record Template(InMemoryClusterStore Store, KeyEncryptionKey Key)
{
    public static async Task<Template> MakeAsync()
    {
        var (cluster, silo) = await Replication.Cluster.ReadyAsync();
        await using var _ = cluster;
        await silo.StopAsync();
        return new Template(cluster.Store, cluster.Key);
    }
}
