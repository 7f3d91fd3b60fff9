using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Targets and scope (RFC 8693 sections 2.1 and 2.2): items 39 to 45.</summary>
[Collection<ShopCollection>]
public sealed class ConformanceTargetTests(Shop shop)
{
    private const string Orders = "https://orders.shop.example";
    private const string Catalog = "https://catalog.shop.example";

    [Theory]
    [InlineData("nowhere")]
    [InlineData("geolocation")]
    [InlineData("ORDERS")]
    [InlineData("order")]
    [InlineData("*")]
    [InlineData("https://orders.shop.example/")]
    public async Task Conformance_39_Refuses_an_unknown_or_forbidden_target_as_invalid_target(string audience)
    {
        var answer = await shop.ExchangeAsync(audience: audience);

        answer.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Conformance_39_Tells_unknown_and_forbidden_targets_not_apart()
    {
        var unknown = await shop.ExchangeAsync(audience: "nowhere");
        var forbidden = await shop.ExchangeAsync(audience: "geolocation");

        Assert.Equal(unknown.Body, forbidden.Body);
    }

    [Theory]
    [InlineData("nowhere")]
    [InlineData("geolocation")]
    public async Task Conformance_40_Refuses_all_when_one_of_several_targets_is_forbidden(string forbidden)
    {
        var answer = await shop.ExchangeAsync(edit: form => form.Add(ParameterNames.Audience, forbidden));

        answer.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Conformance_41_Refuses_too_many_targets()
    {
        var answer = await shop.ExchangeAsync(edit: form =>
        {
            for (var count = 1; count <= TokenExchangeRequest.MaxTargets; count++)
            {
                form.Add(ParameterNames.Audience, "orders");
            }
        });

        answer.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Theory]
    [InlineData("orders", Orders)]
    [InlineData(Catalog, Catalog)]
    [InlineData("ping", "urn:shop:ping")]
    public async Task Conformance_42_Issues_exactly_the_granted_target_as_aud(string audience, string expected)
    {
        var jwt = await shop.IssueAsync(audience: audience);

        Assert.Equal([expected], jwt.Audiences);
    }

    [Fact]
    public async Task Conformance_42_Issues_exactly_the_granted_targets_as_aud()
    {
        var jwt = await shop.IssueAsync(edit: form =>
        {
            form.Add(ParameterNames.Audience, Catalog);
            form.Add(ParameterNames.Resource, Catalog);
            form.Add(ParameterNames.Audience, "catalog");
        });

        Assert.Equal([Catalog, Orders], jwt.Audiences);
    }

    [Fact]
    public async Task Conformance_43_Grants_only_scope_that_is_valid_at_every_target()
    {
        var jwt = await shop.IssueAsync(edit: form => form.Add(ParameterNames.Audience, "catalog"));
        var beyond = await shop.ExchangeAsync(scope: "orders.place", edit: form => form.Add(ParameterNames.Audience, "catalog"));

        Assert.Equal(["browse"], jwt.Scopes);
        beyond.AssertRefused(ErrorCodes.InvalidScope);
    }

    [Theory]
    [InlineData("refunds.pay")]
    [InlineData("browse refunds.pay")]
    [InlineData("\"browse\"")]
    [InlineData("locate")]
    public async Task Conformance_44_Refuses_unknown_malformed_or_excessive_scope_as_invalid_scope(string scope)
    {
        var answer = await shop.ExchangeAsync(scope: scope);

        answer.AssertRefused(ErrorCodes.InvalidScope);
    }

    [Theory]
    [InlineData(null, "browse orders.place")]
    [InlineData("orders.place browse", "browse orders.place")]
    [InlineData("browse", "browse")]
    public async Task Conformance_45_Reports_the_granted_scope(string? requested, string granted)
    {
        var answer = await shop.ExchangeAsync(scope: requested);

        answer.AssertIssued();
        Assert.Equal(granted, answer.Scope);
    }

    [Fact]
    public async Task Conformance_45_Reports_no_scope_where_the_target_knows_none()
    {
        var answer = await shop.ExchangeAsync(audience: "ping");

        Assert.Empty(answer.AssertIssued().Scopes);
        Assert.Null(answer.Scope);
    }
}
