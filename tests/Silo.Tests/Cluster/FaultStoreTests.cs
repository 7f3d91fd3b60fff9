using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Group F of the fault catalogue: a store that stops, hangs and refuses.</summary>
[Collection<ClusterCollection>]
public sealed class FaultStoreTests(TestCluster cluster)
{
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
