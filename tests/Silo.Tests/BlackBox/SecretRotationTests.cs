using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>One client secret replaces another without an outage, step by step as docs/how-to-rotate-a-secret.md says.</summary>
public sealed class SecretRotationTests
{
    private const string Old = "the-old-secret-0123456789abcdef";
    private const string New = "the-new-secret-0123456789abcdef";

    private readonly ShopParties parties = new();
    private readonly string oldHash = HashOf(Old);
    private readonly string newHash = HashOf(New);

    [Fact]
    public async Task Accepts_both_secrets_while_one_replaces_the_other_and_then_the_new_one_only()
    {
        await using var silo = await SiloFixture.StartAsync(issuer => Policy(issuer, 1, oldHash), TestContext.Current.CancellationToken);
        using var client = new TokenClient(silo.PublicUrl);
        var issuer = silo.PublicUrl.GetLeftPart(UriPartial.Authority);

        // The same request each time, so that it could be answered from memory.
        var subjectToken = parties.SubjectToken();
        Task<TokenAnswer> With(string secret) => client.SendAsync(Form(subjectToken, secret));

        (await With(Old)).AssertIssued();
        (await With(New)).AssertRefused(ErrorCodes.InvalidClient);

        await silo.PublishAsync(Policy(issuer, 2, oldHash, newHash));
        var both = await Task.WhenAll(Enumerable.Range(0, 20).Select(number => With(number % 2 == 0 ? Old : New)));
        Assert.All(both, answer => answer.AssertIssued());

        await silo.PublishAsync(Policy(issuer, 3, newHash));
        (await With(Old)).AssertRefused(ErrorCodes.InvalidClient);
        (await With(New)).AssertIssued();
    }

    [Fact]
    public async Task Never_interrupts_a_client_that_changes_its_secret_in_between()
    {
        await using var silo = await SiloFixture.StartAsync(issuer => Policy(issuer, 1, oldHash), TestContext.Current.CancellationToken);
        using var client = new TokenClient(silo.PublicUrl);
        var issuer = silo.PublicUrl.GetLeftPart(UriPartial.Authority);
        var secret = Old;
        var stopped = false;
        async Task<int> WorkAsync()
        {
            var answers = 0;
            for (; !Volatile.Read(ref stopped); answers++)
            {
                (await client.SendAsync(Form(parties.SubjectToken(), Volatile.Read(ref secret)))).AssertIssued();
            }

            return answers;
        }

        var workers = Enumerable.Range(0, 4).Select(_ => WorkAsync()).ToArray();
        await silo.PublishAsync(Policy(issuer, 2, oldHash, newHash));
        Volatile.Write(ref secret, New);
        (await client.SendAsync(Form(parties.SubjectToken(), New))).AssertIssued();

        // Requests with the old secret may still be on their way: that is why it goes last.
        Volatile.Write(ref stopped, true);
        Assert.All(await Task.WhenAll(workers), answers => Assert.True(answers > 0));
        await silo.PublishAsync(Policy(issuer, 3, newHash));
        (await client.SendAsync(Form(parties.SubjectToken(), New))).AssertIssued();
    }

    private static string HashOf(string secret) => ClientSecretHash.Of(new SensitiveText(secret)).ToString();

    private static TokenForm Form(string subjectToken, string secret)
    {
        var form = TokenForm.Exchange(subjectToken);
        form.Add(ParameterNames.Audience, "orders");
        form.UseBasic("web", secret);
        return form;
    }

    private string Policy(string issuer, int revision, params string[] hashes) => $$"""
        revision: {{revision}}
        issuer: {{issuer}}
        trusted_issuers:
          - { issuer: {{parties.Login.Issuer}}, jwks: {{parties.Login.Jwks}}, audiences: https://web.shop.example, max_lifetime: 1h }
        services:
          web: { domain: shop, audience: https://web.shop.example, scopes: [browse], credentials: { secrets: ["{{string.Join("\", \"", hashes)}}"] } }
          orders: { domain: shop, audience: https://orders.shop.example, scopes: [browse], accepts: [{ from: web, scopes: [browse] }] }
        """;
}
