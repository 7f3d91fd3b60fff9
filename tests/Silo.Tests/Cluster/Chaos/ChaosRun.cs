using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster.Chaos;

/// <summary>
/// Readers and revokers at every silo of a cluster while silos and the store are killed, frozen and stopped, one after the other in an
/// order that the seed decides. What everybody saw goes into the history.
/// </summary>
internal sealed class ChaosRun(TestCluster cluster, int seed, TimeSpan length)
{
    private const int SubjectsAtOnce = 12;
    private const int Readers = 6;
    private const int UsesOfAnAssertion = 6;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(2);

    private readonly Person[] people = new Person[SubjectsAtOnce];
    private readonly ConcurrentQueue<Person> everybody = new();
    private readonly ConcurrentQueue<TimeSpan> acknowledgements = new();
    private readonly CancellationTokenSource over = new();
    private int born;
    private int unavailable;
    private int answered;
    private int answeredAtSecondTry;

    public History History { get; } = new();

    /// <summary>Each fault, what it met, and some receipts.</summary>
    public FaultTable Faults => field ??= new(History);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public string Summary => string.Create(
        CultureInfo.InvariantCulture,
        $"seed {seed}: {History.Decisions} decisions, {History.Revocations} revocations (p50 {Percentile(0.5):0.0} ms, p99 {Percentile(0.99):0.0} ms), {unavailable} attempts unavailable, {100.0 * answeredAtSecondTry / Math.Max(1, answered):0.000} % answered at the second try");

    public async Task RunAsync()
    {
        for (var index = 0; index < people.Length; index++)
        {
            people[index] = BeBorn();
        }

        var actors = Enumerable.Range(0, Readers).Select(reader => Task.Run(() => ReadAsync(new Dice(seed, reader)), Cancelled))
            .Append(Task.Run(() => RevokeAsync(new Dice(seed, 100)), Cancelled))
            .Append(Task.Run(() => SpendAsync(new Dice(seed, 200)), Cancelled))
            .ToArray();
        try
        {
            await BreakThingsAsync(new Dice(seed, 300));
        }
        finally
        {
            await over.CancelAsync();
        }

        await Task.WhenAll(actors);
        await CheckEverythingAsync();
    }

    private async Task BreakThingsAsync(Dice dice)
    {
        var saboteur = new Saboteur(cluster, dice);
        var started = TimeProvider.System.GetTimestamp();
        while (TimeProvider.System.GetElapsedTime(started) < length)
        {
            var (name, fault) = saboteur.Next();
            await Faults.DuringAsync(name, fault);
            await Task.Delay(Rest, TimeProvider.System, Cancelled);
        }
    }

    /// <summary>Exchanges and introspects; each answer must be about the person asked for.</summary>
    private async Task ReadAsync(Dice dice)
    {
        while (!over.IsCancellationRequested)
        {
            var (number, person) = (dice.Next(cluster.Silos.Count), people[dice.Next(people.Length)]);
            var began = TimeProvider.System.GetTimestamp();
            if (dice.Next(4) == 0)
            {
                await IntrospectAsync(number, person);
            }
            else
            {
                await ExchangeAsync(number, person);
            }

            History.AddOperation(OperationKind.Read, began);

            // The faults are to be felt, not the lack of processors.
            await Task.Delay(Pause, TimeProvider.System, Cancelled);
        }
    }

    private async Task ExchangeAsync(int number, Person person)
    {
        var began = TimeProvider.System.GetTimestamp();
        var reply = await TestCluster.ExchangeAsync(cluster.Silos[number], person.Login);
        Interlocked.Increment(ref answered);
        if (reply.IsUnavailable)
        {
            // As a client would: once more, elsewhere.
            Interlocked.Increment(ref unavailable);
            number = (number + 1) % cluster.Silos.Count;
            began = TimeProvider.System.GetTimestamp();
            reply = await TestCluster.ExchangeAsync(cluster.Silos[number], person.Login);
        }

        if (reply.IsUnavailable)
        {
            return;
        }

        Interlocked.Increment(ref answeredAtSecondTry);
        History.Add(new(number, person.Name, began, reply.IsIssued));
        if (reply.IsIssued)
        {
            var token = reply.AssertIssued();
            if (token.Subject != person.Name || token.Text("client_id") != "web" || token.Audiences is not ["https://orders.shop.example"]
                || token.Scopes is not ["browse", "orders.place"])
            {
                History.AddMixUp($"{person.Name} got a token of {token.Subject} for {string.Join(' ', token.Audiences)}.", began);
            }

            person.Issued = token.Token;
        }
    }

    private async Task IntrospectAsync(int number, Person person)
    {
        if (person.Issued is not { } token)
        {
            return;
        }

        var form = new TokenForm();
        form.Add("token", token);
        form.UseBasic("orders", ShopParties.SecretOf("orders"));
        var began = TimeProvider.System.GetTimestamp();
        var reply = await cluster.Silos[number].PostAsync("/oauth/introspect", form);
        if (reply.Status == HttpStatusCode.OK)
        {
            History.Add(new(number, person.Name, began, reply.Json.GetProperty("active").GetBoolean()));
        }
    }

    private async Task RevokeAsync(Dice dice)
    {
        while (!over.IsCancellationRequested)
        {
            var index = dice.Next(people.Length);
            var person = people[index];
            var began = TimeProvider.System.GetTimestamp();
            var reply = await cluster.TryRevokeAsync(cluster.Silos[dice.Next(cluster.Silos.Count)], person.Name);
            var ended = TimeProvider.System.GetTimestamp();
            History.AddOperation(OperationKind.Revocation, began);
            if (reply?.Status == HttpStatusCode.OK)
            {
                History.AddRevoked(person.Name, ended);
                History.AddReceipt(new(
                    reply.Json.GetProperty("epoch").GetInt64(), reply.Json.GetProperty("silos_confirmed").GetInt32(),
                    reply.Json.GetProperty("silos_fenced").GetInt32(), reply.Json.GetProperty("milliseconds").GetInt64(), began, ended));
                acknowledgements.Enqueue(TimeProvider.System.GetElapsedTime(began));

                // Read on for a while, and only then take the next person's place.
                _ = ReplaceAsync(index);
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10 + dice.Next(50)), TimeProvider.System, Cancelled);
        }
    }

    private async Task ReplaceAsync(int index)
    {
        await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, Cancelled);
        people[index] = BeBorn();
    }

    /// <summary>The same assertion at all silos at once.</summary>
    private async Task SpendAsync(Dice dice)
    {
        for (var number = 0; !over.IsCancellationRequested; number++)
        {
            var assertion = cluster.Parties.Assertion("reporting", TestCluster.Issuer);
            var login = cluster.Login($"spender-{dice.Next(5)}", "reporting");
            var began = TimeProvider.System.GetTimestamp();
            var uses = await Task.WhenAll(Enumerable.Range(0, UsesOfAnAssertion)
                .Select(use => TestCluster.ExchangeByAssertionAsync(cluster.Silos[use % cluster.Silos.Count], login, assertion)));
            foreach (var use in uses)
            {
                History.AddOperation(OperationKind.Spend, began);
                if (use.IsIssued)
                {
                    History.AddSpent($"assertion {number}", began);
                }
            }
        }
    }

    /// <summary>When everything is well again: who was revoked is refused everywhere, and nobody else is.</summary>
    private async Task CheckEverythingAsync()
    {
        await Task.WhenAll(cluster.Silos.Select(silo => silo.ReadyAgainAsync()));
        for (var number = 0; number < cluster.Silos.Count; number++)
        {
            foreach (var person in everybody)
            {
                var began = TimeProvider.System.GetTimestamp();
                var reply = await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(cluster.Silos[number], person.Login));
                History.Add(new(number, person.Name, began, reply.IsIssued));
            }
        }
    }

    private Person BeBorn()
    {
        var name = $"chaos-{seed}-{Interlocked.Increment(ref born)}";
        var person = new Person(name, cluster.Login(name));
        everybody.Enqueue(person);
        return person;
    }

    private double Percentile(double part)
    {
        var sorted = acknowledgements.Order().ToList();
        return sorted.Count == 0 ? double.NaN : sorted[(int)(part * (sorted.Count - 1))].TotalMilliseconds;
    }

    private sealed class Person(string name, string login)
    {
        public string Name { get; } = name;

        public string Login { get; } = login;

        /// <summary>The last token that was issued for this person.</summary>
        public volatile string? Issued;
    }
}
