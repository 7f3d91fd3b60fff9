using ExchangeCluster.Domain.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>RFC 8707 section 2: what <c>resource</c> may say of a service.</summary>
public sealed class ResourceTests
{
    [Fact]
    public void A_service_is_found_by_its_audience_and_its_resources_exactly()
    {
        var policy = Compile("[https://shop.example/orders, urn:shop:orders]").Snapshot!;

        foreach (var resource in new[] { "https://orders.example", "https://shop.example/orders", "urn:shop:orders" })
        {
            Assert.True(policy.TryFindByResource(resource, out var service));
            Assert.Equal("orders", service.Name);
        }

        foreach (var other in new[] { "orders", "https://shop.example/orders/", "https://shop.example/orders/1", "https://shop.example/Orders", "https://shop.example" })
        {
            Assert.False(policy.TryFindByResource(other, out _));
        }

        Assert.False(policy.TryFindByAudience("https://shop.example/orders", out _));
    }

    [Theory]
    [InlineData("[/orders]", "the resource is not usable, expected an absolute URI without fragment")]
    [InlineData("['https://shop.example/#orders']", "the resource is not usable, expected an absolute URI without fragment")]
    [InlineData("[https://web.example]", "'https://web.example' already stands for the service 'web'")]
    [InlineData("[https://orders.example]", "'https://orders.example' already stands for the service 'orders'")]
    [InlineData("[urn:a, urn:a]", "'urn:a' already stands for the service 'orders'")]
    public void Refuses_what_is_no_resource_or_stands_for_something_already(string resources, string mistake) =>
        Assert.Contains(mistake, Assert.Single(Compile(resources).Mistakes), StringComparison.Ordinal);

    private static PolicyCompilation Compile(string resources) => PolicyCompiler.Compile(
        $$"""
        revision: 1
        issuer: https://sts.example
        services:
          web: { domain: shop, audience: https://web.example }
          orders: { domain: shop, audience: https://orders.example, resources: {{resources}} }
        """,
        "policy.yaml");
}
