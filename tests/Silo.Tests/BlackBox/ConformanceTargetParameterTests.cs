using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Conformance items 10 to 14: how <c>audience</c> and <c>resource</c> name the targets.</summary>
[Collection<ShopCollection>]
public sealed class ConformanceTargetParameterTests(Shop shop)
{
    private const string Orders = "https://orders.shop.example";
    private const string Catalog = "https://catalog.shop.example";

    [Fact]
    public async Task Conformance_10_Considers_every_repeated_resource()
    {
        var both = await shop.IssueAsync(audience: null, edit: form =>
        {
            form.Add(ParameterNames.Resource, Orders);
            form.Add(ParameterNames.Resource, Catalog);
        });
        var secondUnknown = await shop.ExchangeAsync(audience: null, edit: form =>
        {
            form.Add(ParameterNames.Resource, Orders);
            form.Add(ParameterNames.Resource, "https://nowhere.shop.example");
        });

        Assert.Equal([Catalog, Orders], both.Audiences);
        secondUnknown.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Conformance_11_Considers_every_repeated_audience()
    {
        var both = await shop.IssueAsync(edit: form => form.Add(ParameterNames.Audience, "catalog"));
        var secondUnknown = await shop.ExchangeAsync(edit: form => form.Add(ParameterNames.Audience, "nowhere"));

        Assert.Equal([Catalog, Orders], both.Audiences);
        secondUnknown.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Conformance_12_Takes_resource_and_audience_together_as_a_union()
    {
        var jwt = await shop.IssueAsync(audience: "orders", edit: form => form.Add(ParameterNames.Resource, Catalog));

        Assert.Equal([Catalog, Orders], jwt.Audiences);
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("/orders")]
    [InlineData("//orders.shop.example")]
    [InlineData("orders.shop.example")]
    public async Task Conformance_13_Refuses_a_relative_resource(string resource)
    {
        var answer = await shop.ExchangeAsync(audience: null, edit: form => form.Add(ParameterNames.Resource, resource));

        answer.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Theory]
    [InlineData(Orders + "#")]
    [InlineData(Orders + "#part")]
    public async Task Conformance_14_Refuses_a_resource_with_a_fragment(string resource)
    {
        var answer = await shop.ExchangeAsync(audience: null, edit: form => form.Add(ParameterNames.Resource, resource));

        answer.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Conformance_14_Accepts_a_resource_with_a_query()
    {
        const string Legacy = "https://legacy.shop.example/api?version=1";

        var jwt = await shop.IssueAsync(audience: null, edit: form => form.Add(ParameterNames.Resource, Legacy));

        Assert.Equal([Legacy], jwt.Audiences);
    }
}
