using System.Net;
using ExchangeCluster.Silo.Hosting;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>
/// One silo after the other is replaced. By itself, unless <c>OLD_SILO</c> names the main assembly of a published earlier release, and then
/// forth and back: <c>dotnet publish src/Silo -o elsewhere</c> in a checkout of its tag, <c>OLD_SILO=elsewhere/ExchangeCluster.Silo.dll</c>.
/// </summary>
[Collection<UpgradeCollection>]
public sealed class UpgradeTests(ITestOutputHelper output)
{
    private static readonly string New = typeof(SiloHost).Assembly.Location;

    private static string? Old => Environment.GetEnvironmentVariable("OLD_SILO");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Fault_F18_F19_Loses_no_request_and_forgets_nothing_while_a_cluster_is_upgraded_under_load()
    {
        await using var cluster = await TestCluster.StartAsync(3, assembly: Old);
        using var over = new CancellationTokenSource();
        var readers = Enumerable.Range(0, 4).Select(reader => Task.Run(() => ReadAsync(cluster, reader, over.Token), Cancelled)).ToArray();
        var revoked = new List<string>();
        var assertion = cluster.Parties.Assertion("reporting", TestCluster.Issuer);
        (await TestCluster.ExchangeByAssertionAsync(cluster.Silos[0], cluster.Login("spender", "reporting"), assertion)).AssertIssued();
        foreach (var build in Old is null ? [New] : new[] { New, Old })
        {
            foreach (var silo in cluster.Silos)
            {
                await silo.StopAsync();
                silo.Assembly = build;
                await TestCluster.LaunchAsync(silo);
                foreach (var by in cluster.Silos)
                {
                    await RevokeAsync(cluster, by, revoked);
                }
            }

            var replayed = await TestCluster.ExchangeByAssertionAsync(cluster.Silos[1], cluster.Login("spender", "reporting"), assertion);
            Assert.Equal(HttpStatusCode.Unauthorized, replayed.Status);
        }

        await over.CancelAsync();
        var (asked, failed) = (await Task.WhenAll(readers)).Aggregate((one, two) => (one.Asked + two.Asked, [.. one.Failed, .. two.Failed]));
        output.WriteLine($"{asked} exchanges, {failed.Count} failed, {revoked.Count} revocations");
        Assert.Empty(failed);
    }

    /// <summary>One more, acknowledged by this silo; after which every silo of either build refuses all so far.</summary>
    private static async Task RevokeAsync(TestCluster cluster, ClusterSilo by, List<string> revoked)
    {
        var subject = $"upgrade-{revoked.Count}";
        revoked.Add(cluster.Login(subject));
        Assert.Equal(HttpStatusCode.OK, (await cluster.RevokeAsync(by, subject)).Status);
        foreach (var silo in cluster.Silos)
        {
            var replies = await Task.WhenAll(revoked.Select(login => TestCluster.ExchangeAsync(silo, login)));
            Assert.All(replies, reply => Assert.Equal(HttpStatusCode.BadRequest, reply.Status));
        }
    }

    /// <summary>As a client that tries once more, at the next silo.</summary>
    private static async Task<(int Asked, List<Reply> Failed)> ReadAsync(TestCluster cluster, int reader, CancellationToken over)
    {
        var failed = new List<Reply>();
        var asked = 0;
        for (; !over.IsCancellationRequested; asked++)
        {
            var login = cluster.Login($"reader-{reader}-{asked % 50}");
            var reply = await TestCluster.ExchangeAsync(cluster.Silos[asked % 3], login);
            reply = reply.IsUnavailable ? await TestCluster.ExchangeAsync(cluster.Silos[(asked + 1) % 3], login) : reply;
            if (!reply.IsIssued)
            {
                failed.Add(reply);
            }
        }

        return (asked, failed);
    }
}

/// <summary>A cluster of its own, with nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class UpgradeCollection;
