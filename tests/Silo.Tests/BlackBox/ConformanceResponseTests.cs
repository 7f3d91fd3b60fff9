using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// The successful response (RFC 8693 section 2.2.1): items 46 to 55. Items 46, 48, 52 and 53 are also checked on every
/// answer of every test (<see cref="AnswerChecks"/>); item 49 is in <see cref="IdentityChainingTests"/>. Left to later
/// versions: the second half of 52 (no refresh tokens).
/// </summary>
[Collection<ShopCollection>]
public sealed class ConformanceResponseTests(Shop shop)
{
    [Theory]
    [InlineData(TokenTypeIdentifiers.AccessToken)]
    [InlineData(TokenTypeIdentifiers.Jwt)]
    public async Task Conformance_46_and_47_Returns_access_token_and_the_true_issued_token_type(string type)
    {
        var answer = await shop.ExchangeAsync(edit: form => form[ParameterNames.RequestedTokenType] = type);

        Assert.Equal(answer.AssertIssued().Token, answer.Text(ParameterNames.AccessToken));
        Assert.Equal(type, answer.Text(ParameterNames.IssuedTokenType));
    }

    [Fact]
    public async Task Conformance_48_Returns_bearer_as_the_token_type()
    {
        var answer = await shop.ExchangeAsync();

        Assert.Equal("Bearer", answer.Text(ParameterNames.TokenType));
    }

    [Fact]
    public async Task Conformance_50_Returns_the_life_that_is_left()
    {
        var answer = await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(lifetime: TimeSpan.FromMinutes(3)));

        Assert.InRange(answer.ExpiresIn, 175, 180);
    }

    [Fact]
    public async Task Conformance_51_Never_outlives_the_subject_token_over_ten_exchanges_in_a_cycle()
    {
        var token = shop.Parties.SubjectToken(lifetime: TimeSpan.FromMinutes(2));
        var end = new IssuedJwt(token).ExpiresAt;
        string[] services = ["web", "orders", "catalog", "orders", "catalog", "orders", "catalog", "orders", "catalog", "orders", "catalog"];

        for (var hop = 1; hop < services.Length; hop++)
        {
            var jwt = await shop.IssueAsync(services[hop - 1], token, services[hop]);
            Assert.True(jwt.ExpiresAt <= end, $"Hop {hop} prolonged the token.");
            Assert.Equal(["browse"], jwt.Scopes.Except(hop == 1 ? ["orders.place"] : []));
            (token, end) = (jwt.Token, jwt.ExpiresAt);
        }
    }

    [Fact]
    public async Task Conformance_52_Returns_no_refresh_token_by_default()
    {
        var answer = await shop.ExchangeAsync();

        answer.AssertIssued();
        Assert.False(answer.Json.TryGetProperty("refresh_token", out _));
    }

    [Fact]
    public async Task Conformance_53_Forbids_storing_of_tokens_and_of_errors()
    {
        var issued = await shop.ExchangeAsync();
        var refused = await shop.ExchangeAsync(audience: "nowhere");

        issued.AssertIssued();
        refused.AssertRefused(ErrorCodes.InvalidTarget);
        Assert.All([issued, refused], answer =>
        {
            Assert.True(answer.Headers.CacheControl?.NoStore);
            Assert.Equal("no-cache", answer.Headers.Pragma.ToString());
        });
    }

    [Fact]
    public async Task Conformance_54_Answers_a_cached_token_with_its_remaining_life()
    {
        var token = shop.Parties.SubjectToken();

        var first = await shop.ExchangeAsync(subjectToken: token);
        var second = await shop.ExchangeAsync(subjectToken: token);

        Assert.Equal(first.AssertIssued().Token, second.AssertIssued().Token);
        Assert.InRange(second.ExpiresIn, first.ExpiresIn - 5, first.ExpiresIn);
    }

    [Fact]
    public async Task Conformance_55_Answers_jwt_and_access_token_with_what_was_asked_for()
    {
        var token = shop.Parties.SubjectToken();

        var asJwt = await shop.ExchangeAsync(
            subjectToken: token, edit: form => form[ParameterNames.RequestedTokenType] = TokenTypeIdentifiers.Jwt);
        var asAccessToken = await shop.ExchangeAsync(subjectToken: token);

        // RFC 8693 section 3: both are JWTs; the type tells what the caller may do with it. One cache entry each.
        Assert.Equal(TokenTypeIdentifiers.Jwt, asJwt.Text(ParameterNames.IssuedTokenType));
        Assert.Equal(TokenTypeIdentifiers.AccessToken, asAccessToken.Text(ParameterNames.IssuedTokenType));
        Assert.NotEqual(asJwt.AssertIssued().JwtId, asAccessToken.AssertIssued().JwtId);
    }
}
