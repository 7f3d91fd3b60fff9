using System.Net;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group P of the fault catalogue: hostile and odd parameters.</summary>
[Collection<ShopCollection>]
public sealed class FaultParameterTests(Shop shop)
{
    [Theory]
    [InlineData(null, ErrorCodes.InvalidRequest)]
    [InlineData("", ErrorCodes.InvalidRequest)]
    [InlineData("password", ErrorCodes.UnsupportedGrantType)]
    [InlineData("URN:IETF:PARAMS:OAUTH:GRANT-TYPE:TOKEN-EXCHANGE", ErrorCodes.UnsupportedGrantType)]
    public async Task Fault_P1_Refuses_a_missing_unknown_or_differently_cased_grant_type(string? grant, string error)
    {
        var answer = await shop.ExchangeAsync(edit: form =>
        {
            form.Remove(ParameterNames.GrantType);
            if (grant is not null)
            {
                form.Add(ParameterNames.GrantType, grant);
            }
        });

        answer.AssertRefused(error);
    }

    [Theory]
    [InlineData(ParameterNames.GrantType)]
    [InlineData(ParameterNames.SubjectToken)]
    [InlineData(ParameterNames.SubjectTokenType)]
    [InlineData(ParameterNames.ActorToken)]
    [InlineData(ParameterNames.ActorTokenType)]
    [InlineData(ParameterNames.RequestedTokenType)]
    [InlineData(ParameterNames.Scope)]
    [InlineData(ParameterNames.ClientId)]
    [InlineData(ParameterNames.ClientSecret)]
    [InlineData(ParameterNames.ClientAssertion)]
    [InlineData(ParameterNames.ClientAssertionType)]
    public async Task Fault_P2_Refuses_any_single_valued_parameter_twice(string parameter)
    {
        var token = shop.Parties.SubjectToken();
        var values = new Dictionary<string, string>
        {
            [ParameterNames.GrantType] = GrantTypes.TokenExchange,
            [ParameterNames.SubjectToken] = token,
            [ParameterNames.SubjectTokenType] = TokenTypeIdentifiers.AccessToken,
            [ParameterNames.RequestedTokenType] = TokenTypeIdentifiers.AccessToken,
            [ParameterNames.Scope] = "browse",
            [ParameterNames.ClientId] = "web",
        };

        async Task Refuses(string first, string second)
        {
            var answer = await shop.ExchangeAsync(subjectToken: token, edit: form =>
            {
                form[parameter] = first;
                form.Add(parameter, second);
            });
            answer.AssertRefused(ErrorCodes.InvalidRequest);
        }

        var value = values.GetValueOrDefault(parameter, "some value");
        await Refuses(value, value);
        await Refuses(value, "another value");
    }

    [Fact]
    public async Task Fault_P3_Covers_exactly_the_repeated_audiences_and_resources()
    {
        var jwt = await shop.IssueAsync(edit: form =>
        {
            form.Add(ParameterNames.Audience, "catalog");
            form.Add(ParameterNames.Resource, "https://catalog.shop.example");
            form.Add(ParameterNames.Resource, "https://orders.shop.example");
        });

        Assert.Equal(["https://catalog.shop.example", "https://orders.shop.example"], jwt.Audiences);
    }

    [Fact]
    public async Task Fault_P3_Refuses_targets_joined_by_a_comma_or_space()
    {
        (await shop.ExchangeAsync(audience: "orders,catalog")).AssertRefused(ErrorCodes.InvalidTarget);
        (await shop.ExchangeAsync(audience: "orders catalog")).AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Fault_P4_Refuses_a_missing_or_empty_subject_token()
    {
        (await shop.ExchangeAsync(edit: form => form.Remove(ParameterNames.SubjectToken))).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync(edit: form => form[ParameterNames.SubjectToken] = "")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_P5_Refuses_a_subject_token_just_above_the_size_limit()
    {
        var longest = TokenOfLength(TokenExchangeRequest.MaxTokenLength);
        var tooLong = TokenOfLength(TokenExchangeRequest.MaxTokenLength + 4);

        (await shop.ExchangeAsync(subjectToken: longest)).AssertIssued();
        (await shop.ExchangeAsync(subjectToken: tooLong)).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData("")]
    [InlineData("jwt")]
    [InlineData("urn:ietf:params:oauth:token-type:jwt ")]
    [InlineData(TokenTypeIdentifiers.IdToken)]
    [InlineData(TokenTypeIdentifiers.Saml1)]
    public async Task Fault_P6_Refuses_a_subject_token_type_that_is_missing_unknown_or_wrong(string type)
    {
        var answer = await shop.ExchangeAsync(edit: form => form[ParameterNames.SubjectTokenType] = type);

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_P7_Refuses_an_actor_token_without_type_and_a_type_without_token()
    {
        var withoutType = await shop.ExchangeAsync(edit: form => form.Add(ParameterNames.ActorToken, shop.Parties.SubjectToken()));
        var withoutToken = await shop.ExchangeAsync(
            edit: form => form.Add(ParameterNames.ActorTokenType, TokenTypeIdentifiers.AccessToken));

        withoutType.AssertRefused(ErrorCodes.InvalidRequest);
        withoutToken.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData("access_token")]
    [InlineData("urn:ietf:params:oauth:token-type:Jwt")]
    [InlineData(TokenTypeIdentifiers.RefreshToken)]
    public async Task Fault_P8_Refuses_an_unknown_or_unsupported_requested_token_type(string type)
    {
        var answer = await shop.ExchangeAsync(edit: form => form[ParameterNames.RequestedTokenType] = type);

        answer.AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Theory]
    [InlineData("orders")]
    [InlineData("./orders")]
    [InlineData("?x=1")]
    [InlineData("https://orders.shop.example#fragment")]
    [InlineData("https://orders.shop.example/%zz")]
    public async Task Fault_P9_Refuses_a_resource_that_is_relative_malformed_or_has_a_fragment(string resource)
    {
        var answer = await shop.ExchangeAsync(audience: null, edit: form => form.Add(ParameterNames.Resource, resource));

        answer.AssertRefused(ErrorCodes.InvalidTarget);
    }

    [Fact]
    public async Task Fault_P10_Refuses_an_unknown_audience() =>
        (await shop.ExchangeAsync(audience: "orders2")).AssertRefused(ErrorCodes.InvalidTarget);

    [Theory]
    [InlineData("browse\torders.place")]
    [InlineData("browse\norders.place")]
    [InlineData("browse\"")]
    [InlineData("browse\\")]
    [InlineData("browse\u00a0orders.place")]
    [InlineData("browse\u200b")]
    [InlineData("br\u043ewse")]
    [InlineData("browse\u007f")]
    public async Task Fault_P11_Refuses_scope_with_a_character_that_no_scope_has(string scope) =>
        (await shop.ExchangeAsync(scope: scope)).AssertRefused(ErrorCodes.InvalidScope);

    [Fact]
    public async Task Fault_P12_Takes_scope_as_a_set_with_one_cache_entry()
    {
        var token = shop.Parties.SubjectToken();

        var sorted = await shop.IssueAsync(subjectToken: token, scope: "browse orders.place");
        var reversed = await shop.IssueAsync(subjectToken: token, scope: "orders.place browse");
        var repeated = await shop.IssueAsync(subjectToken: token, scope: "browse  orders.place browse ");

        Assert.Equal(sorted.Token, reversed.Token);
        Assert.Equal(sorted.Token, repeated.Token);
    }

    [Fact]
    public async Task Fault_P13_Refuses_ten_thousand_scopes()
    {
        var scopes = string.Join(' ', Enumerable.Range(0, 10_000));

        (await shop.ExchangeAsync(scope: scopes)).AssertRefused(ErrorCodes.InvalidScope);
    }

    [Theory]
    [InlineData(99, HttpStatusCode.BadRequest)]
    [InlineData(2_000, HttpStatusCode.BadRequest)]
    [InlineData(10_000, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Fault_P13_Refuses_ten_thousand_audiences(int count, HttpStatusCode status)
    {
        var answer = await shop.ExchangeAsync(edit: form =>
        {
            for (var number = 0; number < count; number++)
            {
                form.Add(ParameterNames.Audience, "orders");
            }
        });

        Assert.Equal(status, answer.Status);
        Assert.Equal(ErrorCodes.InvalidRequest, answer.Error);
    }

    [Fact]
    public async Task Fault_P14_Ignores_an_unknown_parameter() =>
        await shop.IssueAsync(edit: form => form.Add("x-unknown", "\u0001\u20ac<script>"));

    [Fact]
    public async Task Fault_P15_Grants_by_rule_never_above_the_subject_when_no_scope_is_requested()
    {
        var answer = await shop.ExchangeAsync(subjectToken: shop.Parties.SubjectToken(scope: "browse refunds.pay"));

        Assert.Equal(["browse"], answer.AssertIssued().Scopes);
        Assert.Equal("browse", answer.Scope);
    }

    [Fact]
    public async Task Fault_P16_Answers_with_access_token_issued_token_type_and_token_type()
    {
        var answer = await shop.ExchangeAsync();

        Assert.NotNull(answer.Text(ParameterNames.AccessToken));
        Assert.Equal(TokenTypeIdentifiers.AccessToken, answer.Text(ParameterNames.IssuedTokenType));
        Assert.Equal(AccessTokenTypes.Bearer, answer.Text(ParameterNames.TokenType));
    }

    [Fact]
    public async Task Fault_P17_Answers_from_memory_with_exp_minus_now()
    {
        var token = shop.Parties.SubjectToken(lifetime: TimeSpan.FromMinutes(2));
        var first = await shop.ExchangeAsync(subjectToken: token);

        var second = await shop.ExchangeAsync(subjectToken: token);

        // The two seconds that TokenClient allows are the clock's granularity; a whole life would be off by its age.
        Assert.Equal(first.AssertIssued().Token, second.AssertIssued().Token);
        Assert.InRange(second.ExpiresIn, 1, first.ExpiresIn);
    }

    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("\"\\\r\nSet-Cookie: a=b")]
    [InlineData("\u202e\u0000")]
    [InlineData("{{7*7}}${jndi:ldap://x}")]
    public async Task Fault_P18_Echoes_nothing_of_hostile_input(string input)
    {
        string[] parameters =
        [
            ParameterNames.GrantType, ParameterNames.SubjectToken, ParameterNames.SubjectTokenType, ParameterNames.ActorToken,
            ParameterNames.RequestedTokenType, ParameterNames.Scope, ParameterNames.Audience, ParameterNames.Resource, ParameterNames.ClientId,
            ParameterNames.ClientAssertionType,
        ];
        foreach (var parameter in parameters)
        {
            var answer = await shop.ExchangeAsync(edit: form => form[parameter] = input);

            Assert.False(answer.IsIssued, parameter);
            Assert.DoesNotContain(input, answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("<", answer.Body, StringComparison.Ordinal);
            Assert.False(answer.Headers.Contains("Set-Cookie"));
        }
    }

    /// <summary>A good token of exactly this many characters.</summary>
    private string TokenOfLength(int length)
    {
        // Three bytes of payload make four characters; the remainder is found by trying.
        var without = shop.Parties.SubjectToken(claims: claims => claims["pad"] = "").Length;
        for (var pad = (length - without) * 3 / 4 - 3; ; pad++)
        {
            var token = shop.Parties.SubjectToken(claims: claims => claims["pad"] = new string('x', pad));
            if (token.Length >= length)
            {
                return token.Length == length ? token : throw new InvalidOperationException($"No token has {length} characters.");
            }
        }
    }
}
