using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

public sealed class TokenExchangeRequestReaderTests
{
    private static readonly (string Name, string Value)[] Good =
    [
        ("grant_type", GrantTypes.TokenExchange),
        ("subject_token", "a.b.c"),
        ("subject_token_type", TokenTypeIdentifiers.AccessToken),
        ("audience", "catalog"),
    ];

    [Fact]
    public void Accepts_every_supported_parameter()
    {
        var request = Accepted(With(
            ("scope", "orders.place browse browse"),
            ("audience", "orders"),
            ("resource", "https://geo.example?x=1"),
            ("requested_token_type", TokenTypeIdentifiers.Jwt),
            ("client_id", "web")));

        Assert.Equal("a.b.c", request.SubjectToken.Reveal());
        Assert.Equal(TokenTypeIdentifiers.AccessToken, request.SubjectTokenType);
        Assert.Equal(["catalog", "orders"], request.Audiences);
        Assert.Equal(["https://geo.example?x=1"], request.Resources);
        Assert.Equal("browse orders.place", request.Scope?.Text);
        Assert.Equal(TokenTypeIdentifiers.Jwt, request.RequestedTokenType);
    }

    [Theory]
    [InlineData(RefusalReason.MissingGrantType)]
    [InlineData(RefusalReason.MissingGrantType, "")]
    [InlineData(RefusalReason.UnsupportedGrantType, "implicit")]
    [InlineData(RefusalReason.UnsupportedGrantType, "URN:IETF:PARAMS:OAUTH:GRANT-TYPE:TOKEN-EXCHANGE")]
    public void Fault_P1_Refuses_another_grant_type(RefusalReason reason, string? grantType = null) =>
        Assert.Equal(reason, Refused(Replace("grant_type", grantType)));

    [Theory]
    [InlineData("grant_type", GrantTypes.TokenExchange)]
    [InlineData("subject_token", "a.b.c")]
    [InlineData("subject_token_type", TokenTypeIdentifiers.Jwt)]
    [InlineData("actor_token", "x")]
    [InlineData("actor_token_type", "x")]
    [InlineData("requested_token_type", "x")]
    [InlineData("scope", "browse")]
    [InlineData("client_id", "web")]
    [InlineData("client_secret", "x")]
    [InlineData("client_assertion", "x")]
    [InlineData("client_assertion_type", "x")]
    public void Fault_P2_Refuses_a_single_valued_parameter_twice(string name, string value) =>
        Assert.Equal(RefusalReason.DuplicateParameter, Refused([.. Replace(name, value), (name, value)]));

    [Fact]
    public void Fault_P2_Refuses_a_second_value_that_is_empty() =>
        Assert.Equal(RefusalReason.DuplicateParameter, Refused(With(("subject_token", ""))));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Fault_P4_Refuses_a_missing_subject_token(string? token) =>
        Assert.Equal(RefusalReason.MissingSubjectToken, Refused(Replace("subject_token", token)));

    [Fact]
    public void Fault_P5_Refuses_a_subject_token_above_the_limit()
    {
        Assert.Equal(
            RefusalReason.TokenTooLong,
            Refused(Replace("subject_token", new string('a', TokenExchangeRequest.MaxTokenLength + 1))));
        Accepted(Replace("subject_token", new string('a', TokenExchangeRequest.MaxTokenLength)));
    }

    [Theory]
    [InlineData(RefusalReason.MissingSubjectTokenType, null)]
    [InlineData(RefusalReason.MissingSubjectTokenType, "")]
    [InlineData(RefusalReason.UnknownTokenType, "urn:example:token")]
    [InlineData(RefusalReason.UnknownTokenType, "access_token")]
    [InlineData(RefusalReason.UnsupportedSubjectTokenType, TokenTypeIdentifiers.RefreshToken)]
    [InlineData(RefusalReason.UnsupportedSubjectTokenType, TokenTypeIdentifiers.Saml1)]
    public void Fault_P6_Refuses_another_subject_token_type(RefusalReason reason, string? type) =>
        Assert.Equal(reason, Refused(Replace("subject_token_type", type)));

    [Fact]
    public void Fault_P7_Refuses_an_actor_token_without_type_and_a_type_without_token()
    {
        Assert.Equal(RefusalReason.ActorTokenWithoutType, Refused(With(("actor_token", "x"), ("actor_token_type", ""))));
        Assert.Equal(RefusalReason.ActorTokenTypeWithoutToken, Refused(With(("actor_token_type", TokenTypeIdentifiers.Jwt))));
    }

    [Theory]
    [InlineData(RefusalReason.UnknownTokenType, "urn:example:token")]
    [InlineData(RefusalReason.UnsupportedActorTokenType, TokenTypeIdentifiers.Saml1)]
    [InlineData(RefusalReason.UnsupportedActorTokenType, TokenTypeIdentifiers.RefreshToken)]
    public void Conformance_18_Refuses_an_actor_token_of_another_type(RefusalReason reason, string type) =>
        Assert.Equal(reason, Refused(With(("actor_token", "x"), ("actor_token_type", type))));

    [Fact]
    public void Reads_an_actor_token_and_its_type()
    {
        var request = Accepted(With(("actor_token", "x"), ("actor_token_type", TokenTypeIdentifiers.Jwt)));

        Assert.Equal("x", request.ActorToken!.Reveal());
        Assert.Equal(TokenTypeIdentifiers.Jwt, request.ActorTokenType);
    }

    [Theory]
    [InlineData("urn:example:token")]
    [InlineData(TokenTypeIdentifiers.IdToken)]
    [InlineData(TokenTypeIdentifiers.Saml2)]
    public void Fault_P8_Refuses_another_requested_token_type(string type) =>
        Assert.Equal(RefusalReason.UnsupportedRequestedTokenType, Refused(With(("requested_token_type", type))));

    [Theory]
    [InlineData("/path")]
    [InlineData("//host/path")]
    [InlineData("catalog")]
    [InlineData("https://geo.example#top")]
    [InlineData("https://geo.example#")]
    [InlineData(" https://geo.example")]
    [InlineData("https://geo.example/a b")]
    [InlineData("1https://geo.example")]
    public void Fault_P9_Refuses_a_relative_resource_or_one_with_a_fragment(string resource) =>
        Assert.Equal(RefusalReason.MalformedResource, Refused(With(("resource", resource))));

    [Theory]
    [InlineData("a\tb")]
    [InlineData("a\nb")]
    [InlineData("a\"b")]
    [InlineData("a\\b")]
    [InlineData("a\u00a0b")]
    [InlineData("a\u200bb")]
    [InlineData("brоwse")]
    public void Fault_P11_Refuses_a_malformed_scope(string scope) =>
        Assert.Equal(RefusalReason.MalformedScope, Refused(With(("scope", scope))));

    [Fact]
    public void Fault_P13_Refuses_floods_of_scopes_and_audiences()
    {
        Assert.Equal(RefusalReason.MalformedScope, Refused(With(("scope", string.Join(' ', Enumerable.Range(0, 10_000))))));
        Assert.Equal(RefusalReason.TooManyParameters, Refused([.. Good, .. Enumerable.Repeat(("audience", "catalog"), 10_000)]));
        Assert.Equal(
            RefusalReason.TooManyTargets,
            Refused([.. Good, .. Enumerable.Repeat(("audience", "catalog"), TokenExchangeRequest.MaxTargets)]));
    }

    [Fact]
    public void Fault_P14_Accepts_unknown_parameters_even_twice() =>
        Accepted(With(("color", "red"), ("color", "blue"), ("Scope", "\t")));

    [Fact]
    public void Conformance_7_Accepts_empty_values_as_omitted()
    {
        var request = Accepted(With(
            ("scope", ""), ("resource", ""), ("audience", ""), ("actor_token", ""), ("requested_token_type", "")));

        Assert.Null(request.Scope);
        Assert.Null(request.RequestedTokenType);
        Assert.Equal(["catalog"], request.Audiences);
        Assert.Empty(request.Resources);
    }

    [Fact]
    public void Conformance_21_Refuses_a_request_without_target() =>
        Assert.Equal(RefusalReason.MissingTarget, Refused(Replace("audience", "")));

    private static (string Name, string Value)[] With(params (string, string)[] more) => [.. Good, .. more];

    private static (string Name, string Value)[] Replace(string name, string? value) =>
        [.. Good.Where(pair => pair.Name != name), .. value is null ? [] : new[] { (name, value) }];

    private static TokenExchangeRequest Accepted((string Name, string Value)[] form)
    {
        var (request, refusal) = Read(form);
        Assert.Null(refusal);
        return request!;
    }

    private static RefusalReason? Refused((string Name, string Value)[] form)
    {
        var (request, refusal) = Read(form);
        Assert.Null(request);
        return refusal?.Reason;
    }

    private static (TokenExchangeRequest? Request, Refusal? Refusal) Read((string Name, string Value)[] form)
    {
        var (request, refusal) = TokenRequestReader.Read([.. form.Select(pair => KeyValuePair.Create(pair.Name, pair.Value))]);
        return ((request as TokenRequest.Exchange)?.Request, refusal);
    }
}
