using ExchangeCluster.Grains.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class PolicyPublisherTests
{
    [Fact]
    public async Task Publishes_a_higher_revision()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.State.Current!.Versions;

        var publication = await silo.PublishAsync(Cluster.Policy(2));

        Assert.Equal(PolicyPublicationOutcome.Published, publication.Outcome);
        Assert.Equal(2, silo.State.Current?.Policy.Revision);
        Assert.Equal(before with { Policy = before.Policy + 1 }, silo.State.Current?.Versions);
    }

    [Fact]
    public async Task Fault_R13_Waits_for_every_silo_that_still_answers_under_the_policy_before()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        Assert.Equal(1, other.State.Current?.Policy.Revision);

        Assert.Equal(PolicyPublicationOutcome.Published, (await PublishEverywhereAsync(cluster, silo, Cluster.Policy(2))).Outcome);
        Assert.Null(other.State.Current);
    }

    [Fact]
    public async Task Fault_R13_Waits_for_every_silo_as_well_when_the_cluster_has_that_policy_already()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        await silo.PublishAsync(Cluster.Policy(2));
        Assert.Equal(1, other.State.Current?.Policy.Revision);

        Assert.Equal(PolicyPublicationOutcome.Unchanged, (await PublishEverywhereAsync(cluster, silo, Cluster.Policy(2))).Outcome);
        Assert.Null(other.State.Current);
        Assert.Equal(2, silo.State.Current?.Versions.Policy);
    }

    [Fact]
    public async Task Fault_R13_Does_not_take_the_policy_that_the_cluster_had_before_for_unchanged()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        await other.PublishAsync(Cluster.Policy(2));

        Assert.Equal(PolicyPublicationOutcome.Stale, (await PublishEverywhereAsync(cluster, silo, Cluster.Policy(1))).Outcome);
    }

    [Fact]
    public async Task Leaves_the_same_text_alone()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.State.Current;

        var publication = await silo.PublishAsync(Cluster.Policy(1));

        Assert.Equal(PolicyPublicationOutcome.Unchanged, publication.Outcome);
        Assert.Same(before, silo.State.Current);
    }

    [Fact]
    public async Task Fault_F27_Refuses_other_text_under_the_same_revision()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;

        var publication = await silo.PublishAsync(Cluster.Policy(1, web: ", scopes: [browse]"));

        Assert.Equal(PolicyPublicationOutcome.Stale, publication.Outcome);
        Assert.Contains("policy.yaml", Assert.Single(publication.Mistakes), StringComparison.Ordinal);
        Assert.Equal(1, silo.State.Current?.Versions.Policy);
    }

    [Fact]
    public async Task Refuses_a_lower_revision()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        await silo.PublishAsync(Cluster.Policy(3));

        var publication = await silo.PublishAsync(Cluster.Policy(2));

        Assert.Equal(PolicyPublicationOutcome.Stale, publication.Outcome);
        Assert.Equal(3, silo.State.Current?.Policy.Revision);
    }

    [Fact]
    public async Task Fault_Z28_Keeps_the_last_good_policy_when_a_broken_one_comes()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var before = silo.State.Current;

        var publication = await silo.PublishAsync(Cluster.Policy(2) + "\nnonsense: true\nmore: false");

        Assert.Equal(PolicyPublicationOutcome.Invalid, publication.Outcome);
        Assert.Equal(2, publication.Mistakes.Count);
        Assert.Same(before, silo.State.Current);
        await silo.CatchUpAsync();
        Assert.Same(before, silo.State.Current);
    }

    [Fact]
    public async Task Compares_with_the_clusters_policy_and_not_with_its_own_idea_of_it()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();
        await other.PublishAsync(Cluster.Policy(5));

        var publication = await silo.PublishAsync(Cluster.Policy(4));

        Assert.Equal(PolicyPublicationOutcome.Stale, publication.Outcome);
        Assert.Equal(5, silo.State.Current?.Policy.Revision);
    }

    [Fact]
    public async Task Publishes_one_of_two_texts_that_claim_the_same_revision()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();

        var publications = await Task.WhenAll(
            silo.PublishAsync(Cluster.Policy(2)), other.PublishAsync(Cluster.Policy(2, web: ", scopes: [browse]")));

        Assert.Equal(
            [PolicyPublicationOutcome.Published, PolicyPublicationOutcome.Stale], publications.Select(publication => publication.Outcome).Order());
        await silo.CatchUpAsync();
        await other.CatchUpAsync();
        Assert.Equal(silo.State.Current?.Versions, other.State.Current?.Versions);
    }

    [Fact]
    public async Task Ends_at_the_highest_of_many_revisions_published_at_once()
    {
        var (cluster, silo) = await Cluster.ReadyAsync();
        await using var _ = cluster;
        var other = await cluster.Add().LoadAsync();

        await Task.WhenAll(Enumerable.Range(2, 8).Select(revision =>
            Task.Run(() => (revision % 2 == 0 ? silo : other).PublishAsync(Cluster.Policy(revision)), TestContext.Current.CancellationToken)));

        await silo.CatchUpAsync();
        Assert.Equal(9, silo.State.Current?.Policy.Revision);
    }

    [Fact]
    public async Task Stores_nothing_in_the_clear()
    {
        var (cluster, _) = await Cluster.ReadyAsync();
        await using var __ = cluster;

        Assert.NotEmpty(cluster.Store.Records);
        Assert.All(cluster.Store.Records, record => Assert.Equal(-1, record.Payload.Span.IndexOf("issuer"u8)));
        Assert.All(cluster.Store.Records, record => Assert.Equal(-1, record.Payload.Span.IndexOf("record"u8)));
    }

    /// <summary>Lets time pass until it is done; <paramref name="silo"/> goes on confirming, others don't.</summary>
    private static async Task<PolicyPublication> PublishEverywhereAsync(Cluster cluster, TestSilo silo, string policy)
    {
        var publishing = silo.Policies.PublishEverywhereAsync(policy, "policy.yaml", TestContext.Current.CancellationToken);
        while (!publishing.IsCompleted)
        {
            cluster.Clock.Advance(TimeSpan.FromMilliseconds(100));
            await silo.CatchUpAsync();
            await Task.Yield();
        }

        return await publishing;
    }
}
