using ExchangeCluster.Contracts;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Hosting;

[Collection(nameof(ExchangeTestCluster))]
public sealed class ClientCallFilterTests(ExchangeTestCluster cluster)
{
    [Fact]
    public async Task Accepts_the_public_grain_from_a_client_outside()
    {
        var reply = await cluster.OutsideClient.GetGrain<ITokenExchangeGrain>(0)
            .ExchangeAsync(new ExchangeMessage(), TestContext.Current.CancellationToken);

        Assert.Equal(ErrorCodes.InvalidRequest, reply.Error);
    }

    [Fact]
    public async Task Refuses_the_subject_grain_to_a_client_outside()
    {
        var grain = cluster.OutsideClient.GetGrain<ISubjectGrain>("any");

        await Assert.ThrowsAsync<UnauthorizedAccessException>(grain.GetRuleStateAsync);
    }

    [Fact]
    public async Task Refuses_the_management_grain_to_a_client_outside() =>
        await Assert.ThrowsAsync<UnauthorizedAccessException>(
            () => cluster.OutsideClient.GetGrain<IManagementGrain>(0).GetHosts(onlyActive: true));

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Accepts_the_subject_grain_from_code_of_any_silo(int silo) =>
        Assert.Empty(await cluster.Grains(silo).GetGrain<ISubjectGrain>($"from-{silo}").GetRuleStateAsync());
}
