using System.Globalization;
using ExchangeCluster.Domain.Revocations;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Revocations;

/// <summary>What live revocations cost, printed. A hundred thousand in every run; <c>REVOCATIONS=1000000</c> for a million.</summary>
[Collection<RevocationCostCollection>]
public sealed class RevocationCostTests(ITestOutputHelper output)
{
    private const int MostBytesEach = 100;
    private const int Checks = 100_000;

    [Fact]
    public void Fault_R18_Holds_a_live_revocation_in_a_hundred_bytes()
    {
        var count = int.Parse(Environment.GetEnvironmentVariable("REVOCATIONS") ?? "100000", CultureInfo.InvariantCulture);
        var token = Chains.Exchange(Chains.Foreign(), "web", "orders", epoch: 1);
        var few = Chains.Snapshot(Chains.Entry(RevocationTarget.Subject("https://login.shop.example", "somebody", Chains.Secret), 1));
        var builder = new RevocationBuilder();

        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var number = 0; number < count; number++)
        {
            builder.Set(Chains.Entry(RevocationTarget.Subject("https://login.shop.example", number.ToString(CultureInfo.InvariantCulture), Chains.Secret), 2 + number));
        }

        var many = builder.ToSnapshot(Chains.Incarnation);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / (double)count;

        Assert.Equal((count, false), (many.Count, many.Covers(token)));
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{count} revocations: {each:0.0} bytes each; a check takes {MicrosecondsOfACheck():0.00} µs, {MicrosecondsOfACheck(few):0.00} µs with a single one."));
        Assert.True(each <= MostBytesEach, $"{each} bytes each");

        double MicrosecondsOfACheck(RevocationSnapshot? snapshot = null)
        {
            snapshot ??= many;
            for (var warmUp = 0; warmUp < Checks; warmUp++)
            {
                snapshot.Check(token, Chains.Secret);
            }

            var started = TimeProvider.System.GetTimestamp();
            for (var check = 0; check < Checks; check++)
            {
                snapshot.Check(token, Chains.Secret);
            }

            return TimeProvider.System.GetElapsedTime(started).TotalMicroseconds / Checks;
        }
    }
}

/// <summary>What it counts is the process's: nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class RevocationCostCollection;
