using System.Globalization;
using ExchangeCluster.Load.Driving;
using ExchangeCluster.Load.Results;
using ExchangeCluster.Load.Servers;
using ExchangeCluster.Load.Workloads;

namespace ExchangeCluster.Load;

/// <summary>
/// One run: starts every server once, warms every workload, then measures all workloads in turn, round by round, so that whatever else
/// the machine does meets all of them alike. Then the same of the clusters.
/// </summary>
internal sealed class LoadRun(LoadOptions options)
{
    private const int ZipfRequests = 50_000;

    private readonly Shop shop = new();

    public async Task RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("load-").FullName;
        var (sign, verify) = Machine.Es256Cost();
        var spend = options.Wants("private_key_jwt") ? await SpendingRun.CpuUsAsync(directory) : (double?)null;
        using var floor = Peers.StartFloor(directory, Machine.ServerCore);
        using var silo = SiloServer.Start(shop, directory, Machine.ServerCore);
        floor.WaitUntilListening();
        silo.Process.WaitUntilListening();

        var login = Shop.Exchange(shop.Login("cached"));
        List<Subject> subjects = [];
        Add(new Workload("Kestrel alone", _ => HttpRequestBytes.ToPath(login, "/constant"), repeats: true), floor);
        Add(new Workload("floor", _ => login, repeats: true), floor);
        foreach (var workload in (Workload[])
            [
                SiloWorkloads.Cached(shop), SiloWorkloads.KnownSubject(shop), SiloWorkloads.NewSubject(shop), SiloWorkloads.Delegation(shop),
                SiloWorkloads.PrivateKeyJwt(shop), SiloWorkloads.Dpop(shop), SiloWorkloads.Mixed(shop), SiloWorkloads.Zipf(shop),
            ])
        {
            Add(workload, silo.Process);
        }

        using var degraded = AddPeer("OpenIddict 7.8, degraded mode", () => Peers.StartOpenIddict(directory, store: false));
        using var stored = AddPeer("OpenIddict 7.8, EF Core store", () => Peers.StartOpenIddict(directory, store: true));
        using var node = AddPeer("node oidc-provider 9.13", () => Peers.StartNode(directory));

        await RevokeAsync(silo);
        Measure(subjects);

        // Seven silos that do nothing still take a quarter of a core: they start when the others have been measured.
        using var clusters = new ClusterRun(shop, directory);
        if (options.WantsMore("clusters") && SiloCluster.IsPossible)
        {
            List<Subject> more = [.. clusters.Start()];
            Measure(more);
            subjects.AddRange(more);
        }

        var table = new LoadTable(options, subjects, sign, verify).Write() + new GoalTable(subjects, sign, verify, spend).Write();
        table += spend is { } us ? string.Create(CultureInfo.InvariantCulture, $"\nTo spend an assertion in the store of a single silo, 32 at once: {us:F0} µs of CPU.\n") : "";
        table += options.WantsMore("wrk") && Wrk.IsThere ? CrossCheck(floor, silo, login, directory) : "";
        table += options.WantsMore("hits") ? await ZipfAsync(silo) : "";
        table += options.WantsMore("clusters") ? await clusters.RevokeAsync() : "";
        table += options.WantsMore("overload") ? OverloadRun.Run(shop, directory) : "";
        table += options.WantsMore("memory") ? MemoryRun.Run(shop, directory) : "";
        table += options.WantsMore("start") ? StartRun.Run(shop, directory) : "";

        Console.WriteLine(table);
        if (options.Output is { } file)
        {
            File.WriteAllText(file, table);
        }

        subjects.ForEach(subject => subject.Dispose());

        ServerProcess? AddPeer(string name, Func<ServerProcess?> start)
        {
            var server = options.Wants(name) ? start() : null;
            if (server is not null)
            {
                Add(Peers.Exchange(name, server), server);
            }

            return server;
        }

        void Add(Workload workload, ServerProcess server)
        {
            if (options.Wants(workload.Name))
            {
                subjects.Add(new Subject(workload, server));
            }
        }
    }

    private void Measure(List<Subject> subjects)
    {
        var started = TimeProvider.System.GetTimestamp();
        TimeSpan Elapsed() => TimeProvider.System.GetElapsedTime(started);
        foreach (var subject in subjects)
        {
            Console.Error.WriteLine($"warming: {subject.Name}");
            subject.Warm(options.WarmUp, () => Elapsed() > options.Budget / 2);
        }

        for (var round = 1; round <= options.Rounds && (round == 1 || Elapsed() < options.Budget); round++)
        {
            Console.Error.WriteLine($"round {round} of {options.Rounds}");
            foreach (var subject in subjects)
            {
                subject.Round(options.Closed, options.Open);
            }
        }
    }

    private async Task RevokeAsync(SiloServer silo)
    {
        using var driver = new Driver([silo.Process.Endpoint], 1);
        await silo.RevokeAsync(Peers.TokenIn(driver.Ask(Shop.AdminExchange(shop)).Text), shop.LoginIssuer, SiloWorkloads.RevokedSubjects, block: true);
    }

    /// <summary>The same by another driver, in turn.</summary>
    private static string CrossCheck(ServerProcess floor, SiloServer silo, byte[] request, string directory)
    {
        const int Seconds = 3;
        var (floors, hits) = (new List<double>(), new List<double>());
        for (var round = 0; round < 4; round++)
        {
            floors.Add(Wrk.Run(request, floor.Endpoint, directory, Seconds));
            hits.Add(Wrk.Run(request, silo.Process.Endpoint, directory, Seconds));
        }

        // The first round warms.
        return string.Create(
            CultureInfo.InvariantCulture,
            $"\nBy wrk, 32 connections: floor {floors.Skip(1).Median():F0} requests/s, cached {hits.Skip(1).Median():F0} ({hits.Skip(1).Median() / floors.Skip(1).Median():F2} times as many).\n");
    }

    /// <summary>How much of a Zipf load its caches answer, from a cold start of that load.</summary>
    private async Task<string> ZipfAsync(SiloServer silo)
    {
        string[] results = ["near", "hit", "miss"];
        using var driver = new Driver([silo.Process.Endpoint], 32);
        var workload = SiloWorkloads.Zipf(shop);
        workload.PrepareExactly(ZipfRequests);
        var before = await Task.WhenAll(results.Select(silo.LookupsAsync));
        var answers = driver.ClosedLoop(workload.Next, TimeSpan.FromMinutes(1));
        var after = await Task.WhenAll(results.Select(silo.LookupsAsync));
        var shares = results.Select((result, i) => string.Create(CultureInfo.InvariantCulture, $"{result} {(after[i] - before[i]) / answers.Count:P1}"));
        return $"\nThe first {answers.Count} requests of a Zipf load over 1 M subjects: {string.Join(", ", shares)}.\n";
    }
}
