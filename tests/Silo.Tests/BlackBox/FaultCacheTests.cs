using System.Globalization;
using System.Numerics;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Group Z of the fault catalogue, second part: nobody gets an answer that was meant for another question. Left to later
/// versions: actor tokens and key-bound tokens in Z16 (need delegation, DPoP), revocation in Z20.
/// </summary>
[Collection<ShopCollection>]
public sealed class FaultCacheTests(Shop shop)
{
    [Fact]
    public async Task Fault_Z16_Gives_a_thousand_concurrent_callers_of_one_subject_exactly_their_own()
    {
        var questions = Questions().ToArray();

        await Task.WhenAll(Enumerable.Range(0, 1000).Select(async number =>
        {
            var question = questions[number % questions.Length];
            var answer = await shop.ExchangeAsync(question.Client, question.Token, question.Audience, question.Scope, form =>
                form[ParameterNames.RequestedTokenType] = question.Type);
            var jwt = answer.AssertIssued();

            Assert.Equal("eve", jwt.Subject);
            Assert.Equal(question.Client, jwt.Text("client_id"));
            Assert.Equal([ShopParties.AudienceOf(question.Audience)], jwt.Audiences);
            Assert.Equal(question.Scope ?? (question.Audience == "orders" ? "browse orders.place" : "browse"), answer.Scope);
            Assert.Equal(question.Type, answer.Text(ParameterNames.IssuedTokenType));
            Assert.Equal(question.Country, jwt.Text("country"));
            Assert.True(jwt.ExpiresAt <= question.End);
        }));
    }

    [Theory]
    [InlineData(20)]
    [InlineData(100)]
    [InlineData(500)]
    public async Task Fault_Z17_Keeps_tokens_apart_that_begin_alike(int shared)
    {
        // The padding comes first in the payload, so that everything that differs comes late.
        string Token(string country) => shop.Parties.SubjectToken(claims: claims =>
        {
            var tail = claims.ToDictionary(claim => claim.Key, claim => claim.Value?.DeepClone());
            claims.Clear();
            claims["pad"] = new string('x', 500);
            foreach (var (name, value) in tail)
            {
                claims[name] = value;
            }

            claims["country"] = country;
        });
        var (norway, sweden) = (Token("NO"), Token("SE"));
        Assert.Equal(norway[..shared], sweden[..shared]);

        var first = await shop.IssueAsync(subjectToken: norway);
        var second = await shop.IssueAsync(subjectToken: sweden);

        Assert.Equal(("NO", "SE"), (first.Text("country"), second.Text("country")));
    }

    [Fact]
    public async Task Fault_Z18_Keeps_subjects_and_scopes_apart_that_contain_separators()
    {
        string[] subjects = ["a|b", "a", "a|", "|a", "a||b", "a:b", "a,b", "a b", "a/b", "a\\b", "a\"b"];

        // All at once, so that a shared entry would be hit.
        var issued = await Task.WhenAll(subjects.Select(subject =>
            shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(subject: subject, claims: claims => claims["jti"] = "b|c"))));
        var pseudonyms = await Task.WhenAll(subjects.Select(subject =>
            shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(subject: subject), audience: "diary")));

        Assert.Equal(subjects, issued.Select(jwt => jwt.Subject));
        Assert.Equal(subjects.Length, pseudonyms.Select(jwt => jwt.Subject).Distinct().Count());
    }

    [Fact]
    public async Task Fault_Z19_Refuses_a_forgery_of_a_token_that_is_cached()
    {
        var token = shop.Parties.SubjectToken(subject: "frank");
        await shop.IssueAsync(subjectToken: token);

        var otherSignature = TestJws.WithSignature(token, TestJws.Part(shop.Parties.SubjectToken(), 2));
        var sameId = shop.Parties.SubjectToken(
            subject: "frank",
            key: TestKey.Create(keyId: shop.Parties.Login.Key.KeyId),
            claims: claims => claims["jti"] = new IssuedJwt(token).JwtId);

        (await shop.ExchangeAsync(subjectToken: otherSignature)).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync(subjectToken: sameId)).AssertRefused(ErrorCodes.InvalidRequest);
        (await shop.ExchangeAsync(subjectToken: token[..token.LastIndexOf('.')] + ".")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Fault_Z20_Takes_the_twin_of_a_token_for_the_same_token()
    {
        var token = shop.Parties.SubjectToken(subject: "grace");

        var original = await shop.IssueAsync(subjectToken: token);
        var twin = await shop.IssueAsync(subjectToken: TestJws.WithSignature(token, Twin(TestJws.Part(token, 2))));

        Assert.Equal(original.Token, twin.Token);
    }

    [Fact]
    public async Task Fault_Z21_Mints_afresh_before_a_cached_token_is_too_old_to_use()
    {
        // Lives two seconds at most. Asked without pause until the memory lets go of it; every answer must be usable.
        var token = shop.Parties.SubjectToken(subject: "heidi");
        var first = await shop.IssueAsync(subjectToken: token, audience: "ping");

        IssuedJwt latest;
        do
        {
            var answer = await shop.ExchangeAsync(subjectToken: token, audience: "ping");
            latest = answer.AssertIssued();
            Assert.InRange(answer.ExpiresIn, 1, 2);
        }
        while (latest.JwtId == first.JwtId);

        Assert.True(latest.IssuedAt >= first.IssuedAt);
    }

    /// <summary>ECDSA is malleable: with (r, s) also (r, n - s) verifies.</summary>
    private static byte[] Twin(byte[] signature)
    {
        var order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var s = order - new BigInteger(signature.AsSpan(32), isUnsigned: true, isBigEndian: true);
        var bytes = s.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. signature[..32], .. new byte[32 - bytes.Length], .. bytes];
    }

    private IEnumerable<Question> Questions()
    {
        foreach (var client in new[] { "web", "mobile" })
        {
            foreach (var (country, lifetime) in new[] { ("NO", 60), ("SE", 300) })
            {
                var token = shop.Parties.SubjectToken(
                    forClient: client, subject: "eve", lifetime: TimeSpan.FromSeconds(lifetime), claims: claims => claims["country"] = country);
                var end = new IssuedJwt(token).ExpiresAt;
                foreach (var type in new[] { TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt })
                {
                    yield return new(client, token, "orders", null, type, country, end);
                    yield return new(client, token, "orders", "browse", type, country, end);
                    yield return new(client, token, "orders", "orders.place", type, country, end);
                    yield return new(client, token, "catalog", null, type, country, end);
                }
            }
        }
    }

    private sealed record Question(
        string Client, string Token, string Audience, string? Scope, string Type, string Country, DateTimeOffset End);
}
