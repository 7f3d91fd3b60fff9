using System.Net;
using System.Net.Sockets;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group T over HTTP: who the subject is, and whom a token makes us call (nobody).</summary>
[Collection<ShopCollection>]
public sealed class TokenIdentityTests(Shop shop)
{
    /// <summary>Each is the neighbour of another under some normalisation, trimming or joining of names.</summary>
    private static readonly string[] Subjects =
    [
        "a", "a ", " a", "A", "a|b", "a/b", "a:b", "a%7Cb", "a\\b", "a+b", "a b", "caf\u00e9", "cafe\u0301", "\uff41", "../a", "*", "null",
        "https://login.shop.example|a", "\u202ea", "\ud83d\ude00",
    ];

    [Fact]
    public async Task Fault_T20_Keeps_subjects_apart_that_look_alike()
    {
        var tokens = new List<IssuedJwt>();
        foreach (var subject in Subjects)
        {
            var subjectToken = shop.Parties.SubjectToken(subject: subject);
            var first = await shop.IssueAsync(subjectToken: subjectToken);
            var second = await shop.IssueAsync(subjectToken: subjectToken);
            var pseudonym = await shop.IssueAsync(subjectToken: subjectToken, audience: "diary");

            Assert.Equal(subject, first.Subject);
            Assert.Equal(subject, second.Subject);
            tokens.AddRange([first, pseudonym]);
        }

        Assert.Distinct(tokens.Select(token => token.Subject));
        Assert.Distinct(tokens.Select(token => token.JwtId));
        Assert.Distinct(tokens.Select(token => token.Token));
    }

    [Fact]
    public async Task Fault_T20_Keeps_the_subjects_of_two_issuers_apart()
    {
        var ours = await shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(subject: "bob"));
        var theirs = await shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(shop.Parties.Partner, subject: "bob"));
        var ourPseudonym = await shop.IssueAsync(subjectToken: shop.Parties.SubjectToken(subject: "bob"), audience: "diary");
        var theirPseudonym = await shop.IssueAsync(
            subjectToken: shop.Parties.SubjectToken(shop.Parties.Partner, subject: "bob"), audience: "diary");

        Assert.Equal(("bob", "partner:bob"), (ours.Subject, theirs.Subject));
        Assert.NotEqual(ourPseudonym.Subject, theirPseudonym.Subject);
        await shop.RefusesSubjectTokenAsync(shop.Parties.SubjectToken(subject: "partner:bob"));
    }

    [Theory]
    [InlineData("jku")]
    [InlineData("x5u")]
    [InlineData("kid")]
    [InlineData("iss")]
    public async Task Fault_T5_and_T17_Calls_nobody_whom_a_token_names(string member)
    {
        using var attacker = new TcpListener(IPAddress.Loopback, 0);
        attacker.Start();
        var port = ((IPEndPoint)attacker.LocalEndpoint).Port;
        foreach (var address in new[] { $"http://127.0.0.1:{port}", $"https://127.0.0.1:{port}/jwks", $"http://localhost:{port}/.well-known/openid-configuration" })
        {
            await shop.RefusesSubjectTokenAsync(member == "iss"
                ? shop.Parties.SubjectToken(shop.Parties.Stranger, claims: claims => claims["iss"] = address)
                : shop.Parties.SubjectToken(header: header => header[member] = address));
        }

        Assert.False(attacker.Pending(), "The silo called an address that a token named.");
    }

    [Theory]
    [InlineData("jku", "http://169.254.169.254/latest/meta-data")]
    [InlineData("x5u", "file:///etc/passwd")]
    [InlineData("jku", "https://login.shop.example/jwks")]
    public async Task Fault_T5_Refuses_a_place_to_find_the_key(string member, string address) =>
        await shop.RefusesSubjectTokenAsync(shop.Parties.SubjectToken(header: header => header[member] = address));
}
