using System.Net;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Group F of the fault catalogue: a store that stops, hangs and refuses.</summary>
[Collection<ClusterCollection>]
public sealed class FaultStoreTests(TestCluster cluster)
{
    [Fact]
    public async Task Fault_F9_Has_on_disk_whatever_was_acknowledged_when_the_store_is_killed_among_revocations()
    {
        var revoking = Enumerable.Range(0, 40)
            .Select(index => (Login: cluster.Login($"f9-{index}"), Receipt: cluster.TryRevokeAsync(cluster.Silos[index % 3], $"f9-{index}")))
            .ToArray();
        await Task.WhenAny(revoking.Select(one => one.Receipt));
        await cluster.Redis.KillAsync();
        await Task.WhenAll(revoking.Select(one => one.Receipt));
        var acknowledged = revoking.Where(one => one.Receipt.Result?.Status == HttpStatusCode.OK).Select(one => one.Login).ToArray();
        Assert.NotEmpty(acknowledged);

        // This one knows nothing but what the store has.
        var forgetful = cluster.Silos[2];
        await forgetful.KillAsync();
        await cluster.Redis.StartAgainAsync();
        await TestCluster.LaunchAsync(forgetful);

        foreach (var login in acknowledged)
        {
            var reply = await TestCluster.RetryAsync(() => TestCluster.ExchangeAsync(forgetful, login));
            Assert.Equal(HttpStatusCode.BadRequest, reply.Status);
        }

        // Nor have the others met a store that went back.
        await cluster.AllAnswerAsync();
    }

    [Fact]
    public async Task Fault_F6_F10_F11_Answers_503_while_the_store_is_down_or_hangs_or_refuses_and_goes_on_by_itself()
    {
        await cluster.Redis.KillAsync();
        await cluster.AllRefuseAsync();
        await cluster.Redis.StartAgainAsync();
        await cluster.AllAnswerAsync();

        await cluster.Redis.FreezeAsync();
        await cluster.AllRefuseAsync();
        await cluster.Redis.ResumeAsync();
        await cluster.AllAnswerAsync();

        // Of a primary that isn't there: it keeps its data and takes nothing.
        await cluster.Redis.ExecuteAsync("REPLICAOF", "127.0.0.1", "1");
        await cluster.AllRefuseAsync();
        await cluster.Redis.ExecuteAsync("REPLICAOF", "NO", "ONE");
        await cluster.AllAnswerAsync();
    }
}
