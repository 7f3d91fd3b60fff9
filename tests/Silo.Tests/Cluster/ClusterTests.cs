using System.Net;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>Three healthy silos are one service.</summary>
[Collection<ClusterCollection>]
public sealed class ClusterTests(TestCluster cluster) : IAsyncLifetime
{
    /// <summary>The test before may have started silos again.</summary>
    public async ValueTask InitializeAsync() => await cluster.IsWholeAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Accepts_on_every_silo_what_another_issued()
    {
        var atOrders = (await TestCluster.ExchangeAsync(cluster.Silos[0], cluster.Login("anna"))).AssertIssued();
        var atCatalog = (await TestCluster.ExchangeAsync(cluster.Silos[1], atOrders.Token, "orders", "catalog")).AssertIssued();
        var atStock = (await TestCluster.ExchangeAsync(cluster.Silos[2], atCatalog.Token, "catalog", "stock")).AssertIssued();

        foreach (var silo in cluster.Silos)
        {
            Assert.True(await TestCluster.IsActiveAsync(silo, "orders", atOrders.Token));
            Assert.True(await TestCluster.IsActiveAsync(silo, "catalog", atStock.Token));
        }
    }

    [Fact]
    public async Task Answers_one_subject_alike_on_every_silo()
    {
        var login = cluster.Login("bertil");
        var issued = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeAsync(silo, login)));
        Assert.Single(issued.Select(reply => reply.AssertIssued().Claims.GetProperty("sub").GetString()).Distinct(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Finds_a_setting_of_the_redis_that_was_changed_since_the_start()
    {
        var admin = (await cluster.AdminAsync(cluster.Silos[1])).AssertIssued();
        Assert.Empty(Wrong(await cluster.Silos[1].ExamineAsync(admin.Token)));
        await cluster.Redis.ExecuteAsync("CONFIG", "SET", "appendfsync", "everysec");
        try
        {
            Assert.Equal(["redis appendfsync: everysec, expected always"], Wrong(await cluster.Silos[1].ExamineAsync(admin.Token)));
        }
        finally
        {
            await cluster.Redis.ExecuteAsync("CONFIG", "SET", "appendfsync", "always");
        }

        static string[] Wrong(Reply reply) =>
        [
            .. reply.Json.GetProperty("checks").EnumerateArray().Where(check => !check.GetProperty("ok").GetBoolean())
                .Select(check => $"{check.GetProperty("name")}: {check.GetProperty("found")}"),
        ];
    }

    [Fact]
    public async Task Explains_on_every_silo_what_any_of_them_decided()
    {
        var admin = (await cluster.AdminAsync(cluster.Silos[0])).AssertIssued();
        foreach (var decided in cluster.Silos)
        {
            var refused = await TestCluster.ExchangeAsync(decided, cluster.Login("filip"), audience: "stock");
            Assert.Equal(HttpStatusCode.BadRequest, refused.Status);
            foreach (var asked in cluster.Silos)
            {
                var explained = await asked.ExplainAsync(admin.Token, refused.RequestId!);
                Assert.Equal(HttpStatusCode.OK, explained.Status);
                Assert.Equal(refused.RequestId, explained.Json.GetProperty("recorded").GetProperty("request").GetString());
            }
        }

        var replies = await Task.WhenAll(cluster.Silos.Select(silo => silo.ExplainAsync(admin.Token, "0123456789abcdef")));
        Assert.All(replies, reply => Assert.Equal(HttpStatusCode.NotFound, reply.Status));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task Fault_R1_Refuses_on_every_silo_once_a_revocation_is_acknowledged_by_any(int by)
    {
        var subject = $"cecilia-{by}";
        var login = cluster.Login(subject);
        var issued = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeAsync(silo, login)));
        var tokens = issued.Select(reply => reply.AssertIssued().Token).ToArray();

        var receipt = await cluster.RevokeAsync(cluster.Silos[by], subject);

        Assert.Equal(HttpStatusCode.OK, receipt.Status);
        var refused = await Task.WhenAll(cluster.Silos.Select(silo => TestCluster.ExchangeAsync(silo, login)));
        Assert.All(refused, reply => Assert.Equal(HttpStatusCode.BadRequest, reply.Status));
        foreach (var silo in cluster.Silos)
        {
            var active = await Task.WhenAll(tokens.Select(token => TestCluster.IsActiveAsync(silo, "orders", token)));
            Assert.All(active, Assert.False);
        }

        // Nobody had to be waited for until its lease was over.
        Assert.Equal(
            (cluster.Silos.Count, 0), (receipt.Json.GetProperty("silos_confirmed").GetInt32(), receipt.Json.GetProperty("silos_fenced").GetInt32()));
    }

    [Fact]
    public async Task Fault_C7_Takes_an_assertion_once_of_a_hundred_uses_on_all_silos()
    {
        var login = cluster.Login("doris", "reporting");
        for (var round = 0; round < 5; round++)
        {
            var assertion = cluster.Parties.Assertion("reporting", TestCluster.Issuer);
            var replies = await Task.WhenAll(Enumerable.Range(0, 100).Select(use =>
                TestCluster.ExchangeByAssertionAsync(cluster.Silos[use % cluster.Silos.Count], login, assertion)));
            Assert.Single(replies, reply => reply.IsIssued);
            Assert.Equal(99, replies.Count(reply => reply.Status == HttpStatusCode.Unauthorized));
        }
    }

    [Fact]
    public async Task Fault_F24_Knows_a_withdrawn_signing_key_on_no_silo_once_that_is_acknowledged()
    {
        var login = cluster.Login("edith");
        var signed = (await TestCluster.ExchangeAsync(cluster.Silos[1], login)).AssertIssued();
        var (withdrawn, published) = (signed.KeyId, await cluster.Silos[2].KeyIdsAsync());
        var admin = (await cluster.AdminAsync(cluster.Silos[0])).AssertIssued();

        var receipt = await cluster.Silos[0].WithdrawKeyAsync(admin.Token, withdrawn);

        Assert.Equal((HttpStatusCode.OK, cluster.Silos.Count), (receipt.Status, receipt.Json.GetProperty("silos_confirmed").GetInt32()));
        foreach (var silo in cluster.Silos)
        {
            Assert.DoesNotContain(withdrawn, await silo.KeyIdsAsync());
            Assert.False(await TestCluster.IsActiveAsync(silo, "orders", signed.Token));
            Assert.Equal(HttpStatusCode.BadRequest, (await TestCluster.ExchangeAsync(silo, signed.Token, "orders", "catalog")).Status);

            // Whoever has cached what was published before knows what signs now.
            Assert.Contains((await TestCluster.ExchangeAsync(silo, login)).AssertIssued().KeyId, published.Except([withdrawn], StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Fault_F27_Follows_the_highest_revision_of_any_file_and_a_broken_one_nowhere()
    {
        await File.WriteAllTextAsync(cluster.Silos[1].PolicyFile, "revision: 9\nservises: {}", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(
            cluster.Silos[2].PolicyFile,
            cluster.Policy(revision: 2).Replace("from: catalog, scopes: [browse]", "from: [catalog, orders], scopes: [browse]", StringComparison.Ordinal),
            TestContext.Current.CancellationToken);

        var atOrders = (await TestCluster.ExchangeAsync(cluster.Silos[0], cluster.Login("elsa"))).AssertIssued();
        foreach (var silo in cluster.Silos)
        {
            await Eventually.HoldsAsync(
                async () => (await TestCluster.ExchangeAsync(silo, atOrders.Token, "orders", "stock")).IsIssued, TestContext.Current.CancellationToken);
        }

        // The silo whose file is older keeps what the cluster runs.
        await File.AppendAllTextAsync(cluster.Silos[0].PolicyFile, "\n# changed", TestContext.Current.CancellationToken);
        await Eventually.HoldsAsync(
            () => Task.FromResult(cluster.Silos[0].Printed.Contains("is not published", StringComparison.Ordinal)), TestContext.Current.CancellationToken);
        (await TestCluster.ExchangeAsync(cluster.Silos[0], atOrders.Token, "orders", "stock")).AssertIssued();

        foreach (var silo in cluster.Silos)
        {
            await File.WriteAllTextAsync(silo.PolicyFile, cluster.Policy(revision: 3), TestContext.Current.CancellationToken);
        }
    }
}
