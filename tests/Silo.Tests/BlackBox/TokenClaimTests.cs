using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group T over HTTP: claims that are missing, of another shape, or out of bounds, in tokens that are signed well.</summary>
[Collection<ShopCollection>]
public sealed class TokenClaimTests(Shop shop)
{
    private static readonly Dictionary<string, Func<ShopParties, string>> Table = new()
    {
        ["T13 expired"] = parties => parties.SubjectToken(issuedAt: ShopParties.Now.AddMinutes(-6)),
        ["T13 expires now"] = parties => parties.SubjectToken(issuedAt: ShopParties.Now.AddMinutes(-5)),
        ["T13 longer than max_lifetime"] = parties => parties.SubjectToken(lifetime: TimeSpan.FromHours(2)),
        ["T14 nbf"] = parties => TokenRefusals.With(parties, "nbf", Seconds(90)),
        ["T14 iat"] = parties => TokenRefusals.With(parties, "iat", Seconds(90)),
        ["T15 missing"] = parties => parties.SubjectToken(claims: claims => claims.Remove("exp")),
        ["T15 string"] = parties => TokenRefusals.With(parties, "exp", $"\"{Seconds(300)}\""),
        ["T15 negative"] = parties => TokenRefusals.With(parties, "exp", "-1"),
        ["T15 zero"] = parties => TokenRefusals.With(parties, "exp", "0"),
        ["T15 1e400"] = parties => TokenRefusals.With(parties, "exp", "1e400"),
        ["T15 2^63"] = parties => TokenRefusals.With(parties, "exp", "9223372036854775808"),
        ["T15 NaN"] = parties => TokenRefusals.Of(parties, WithExpiry("NaN")),
        ["T15 iat missing"] = parties => parties.SubjectToken(claims: claims => claims.Remove("iat")),
        ["T16 slash"] = parties => WithIssuer(parties, "https://login.shop.example/"),
        ["T16 case"] = parties => WithIssuer(parties, "https://LOGIN.shop.example"),
        ["T16 port"] = parties => WithIssuer(parties, "https://login.shop.example:443"),
        ["T16 userinfo"] = parties => WithIssuer(parties, "https://a@login.shop.example"),
        ["T16 homoglyph"] = parties => WithIssuer(parties, "https://l\u043egin.shop.example"),
        ["T16 longer"] = parties => WithIssuer(parties, "https://login.shop.example.attacker.example"),
        ["T16 shorter"] = parties => WithIssuer(parties, "https://login.shop.exampl"),
        ["T16 array"] = parties => TokenRefusals.With(parties, "iss", """["https://login.shop.example"]"""),
        ["T16 missing"] = parties => parties.SubjectToken(claims: claims => claims.Remove("iss")),
        ["T17 unknown"] = parties => parties.SubjectToken(parties.Stranger),
        ["T18 missing"] = parties => parties.SubjectToken(claims: claims => claims.Remove("aud")),
        ["T18 other"] = parties => WithAudience(parties, "https://other.example"),
        ["T18 another service's"] = parties => WithAudience(parties, "https://mobile.shop.example"),
        ["T18 prefix"] = parties => WithAudience(parties, "https://web.shop.exampl"),
        ["T18 case"] = parties => WithAudience(parties, "https://WEB.shop.example"),
        ["T18 slash"] = parties => WithAudience(parties, "https://web.shop.example/"),
        ["T18 wildcard"] = parties => WithAudience(parties, "*"),
        ["T18 number"] = parties => TokenRefusals.With(parties, "aud", "1"),
        ["T18 number beside it"] = parties => TokenRefusals.With(parties, "aud", """["https://web.shop.example",1]"""),
        ["T18 empty array"] = parties => TokenRefusals.With(parties, "aud", "[]"),
        ["T19 missing"] = parties => parties.SubjectToken(claims: claims => claims.Remove("sub")),
        ["T19 empty"] = parties => TokenRefusals.With(parties, "sub", "\"\""),
        ["T19 number"] = parties => TokenRefusals.With(parties, "sub", "1"),
        ["T19 object"] = parties => TokenRefusals.With(parties, "sub", "{}"),
        ["T19 null"] = parties => TokenRefusals.With(parties, "sub", "null"),
        ["T19 NUL"] = parties => TokenRefusals.With(parties, "sub", "\"alice\\u0000\""),
        ["T19 line break"] = parties => TokenRefusals.With(parties, "sub", "\"alice\\nadmin\""),
        ["T19 long"] = parties => TokenRefusals.With(parties, "sub", $"\"{new string('a', 8_000)}\""),
        ["T28 depth 100"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(Actors(100))),
        ["T28 depth 500"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(Actors(500))),
        ["T28 depth 17"] = parties => TokenRefusals.Of(parties, TokenRefusals.ClaimsWith(Actors(17))),
        ["T28 string"] = parties => TokenRefusals.With(parties, "act", "\"web\""),
        ["T28 array"] = parties => TokenRefusals.With(parties, "act", """[{"sub":"web"}]"""),
        ["T28 string within"] = parties => TokenRefusals.With(parties, "act", """{"sub":"web","act":"web"}"""),
        ["T29 string"] = parties => TokenRefusals.With(parties, "may_act", "\"web\""),
        ["T29 array"] = parties => TokenRefusals.With(parties, "may_act", """[{"sub":"web"}]"""),
        ["T29 null"] = parties => TokenRefusals.With(parties, "may_act", "null"),
        ["T29 empty"] = parties => TokenRefusals.With(parties, "may_act", "{}"),
        ["T31 jkt"] = parties => TokenRefusals.With(parties, "cnf", """{"jkt":"AAAA"}"""),
        ["T31 certificate"] = parties => TokenRefusals.With(parties, "cnf", """{"x5t#S256":"AAAA"}"""),
        ["T31 null"] = parties => TokenRefusals.With(parties, "cnf", "null"),
        ["T36 number"] = parties => TokenRefusals.With(parties, "scope", "1"),
        ["T36 object"] = parties => TokenRefusals.With(parties, "scope", "{}"),
        ["T36 array"] = parties => TokenRefusals.With(parties, "scope", "[\"browse\"]"),
        ["T36 control characters"] = parties => TokenRefusals.With(parties, "scope", "\"browse\\u0000orders.place\""),
        ["T36 line break"] = parties => TokenRefusals.With(parties, "scope", "\"browse\\norders.place\""),
    };

    public static TheoryData<string> Faults => [.. Table.Keys];

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_T_Refuses_with_the_common_answer(string fault) =>
        await shop.RefusesSubjectTokenAsync(Table[fault](shop.Parties));

    [Theory]
    [InlineData(".5")]
    [InlineData(".0")]
    [InlineData("e0")]
    [InlineData("0E-1")]
    public async Task Fault_T15_Accepts_fraction_and_exponent_of_a_good_date(string more) =>
        await shop.IssueAsync(subjectToken: TokenRefusals.Of(shop.Parties, WithExpiry(Seconds(300) + more)));

    [Fact]
    public async Task Accepts_the_claims_that_the_faults_are_made_of()
    {
        await shop.IssueAsync(subjectToken: TokenRefusals.Of(shop.Parties, TokenRefusals.ClaimsWith(Actors(3))));
        await shop.IssueAsync(subjectToken: TokenRefusals.With(shop.Parties, "aud", """["https://other.example","https://web.shop.example"]"""));
        await shop.IssueAsync(subjectToken: TokenRefusals.With(shop.Parties, "nbf", Seconds(10)));
    }

    private static string Seconds(int fromNow) =>
        (ShopParties.Now.ToUnixTimeSeconds() + fromNow).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static string WithExpiry(string date)
    {
        var claims = TokenRefusals.ClaimsWith();
        return claims[..claims.IndexOf("\"exp\":", StringComparison.Ordinal)] + $"\"exp\":{date}}}";
    }

    private static string WithIssuer(ShopParties parties, string issuer) => parties.SubjectToken(claims: claims => claims["iss"] = issuer);

    private static string WithAudience(ShopParties parties, string audience) => parties.SubjectToken(claims: claims => claims["aud"] = audience);

    private static string Actors(int depth) =>
        string.Concat(Enumerable.Range(0, depth).Select(i => $",\"act\":{{\"sub\":\"{i}\"")) + new string('}', depth);
}
