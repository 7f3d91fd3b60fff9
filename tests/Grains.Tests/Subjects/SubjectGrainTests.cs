using System.Buffers.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects;

[Collection(nameof(ExchangeTestCluster))]
public sealed class SubjectGrainTests
{
    private readonly ExchangeTestCluster cluster;

    public SubjectGrainTests(ExchangeTestCluster cluster)
    {
        this.cluster = cluster;
        cluster.Reset();
    }

    [Fact]
    public async Task Fault_X8_Mints_once_for_a_thousand_identical_requests()
    {
        var token = cluster.SubjectToken();

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => cluster.ExchangeAsync(token, silo: i % 2)));

        Assert.Single(outcomes.Select(outcome => outcome.Token()).Distinct());
    }

    [Fact]
    public async Task Fault_X8_Remembers_no_refusal()
    {
        var token = cluster.SubjectToken("refused");
        Assert.Equal(RefusalReason.TargetNotAllowed, (await cluster.ExchangeAsync(token, Shop.Robot)).Refusal?.Reason);

        Assert.Empty(await RuleStateOf(token));
    }

    [Fact]
    public async Task Fault_Z16_Answers_each_of_a_thousand_concurrent_requests_with_its_own_token()
    {
        var questions =
            from lifetime in new[] { 60, 120 }
            from client in new[] { Shop.Web, Shop.Orders }
            let token = cluster.SubjectToken("alice", client, lifetime: TimeSpan.FromSeconds(lifetime))
            from target in client == Shop.Web ? new[] { Shop.Catalog, Shop.Orders } : [Shop.Catalog]
            from scope in target == Shop.Orders ? ["browse", "orders.place", "browse orders.place"] : new string?[] { "browse", null }
            from type in new[] { TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt }
            select (lifetime, client, token, target, scope, type);
        var thousand = Enumerable.Repeat(questions.ToArray(), 40).SelectMany(all => all).Take(1000).ToArray();

        var outcomes = await Task.WhenAll(thousand.Select((question, i) => cluster.ExchangeAsync(
            question.token, question.target, question.scope, question.client, question.type, silo: i % 2)));

        Assert.All(thousand.Zip(outcomes), pair =>
        {
            var (question, outcome) = pair;
            var claims = outcome.Claims();
            Assert.Equal(Shop.AudienceOf(question.target), claims.GetProperty("aud").ToString());
            Assert.Equal(question.client, claims.GetProperty("client_id").GetString());
            Assert.Equal(question.scope ?? "browse", claims.GetProperty("scope").GetString());
            Assert.Equal(question.type, outcome.Response!.IssuedTokenType);
            Assert.Equal(cluster.Clock.Now.AddSeconds(question.lifetime).ToUnixTimeSeconds(), claims.GetProperty("exp").GetInt64());
        });
        Assert.Equal(thousand.Distinct().Count(), outcomes.Select(outcome => outcome.Token()).Distinct().Count());
    }

    [Fact]
    public async Task Conformance_54_Answers_a_hit_with_less_time_left()
    {
        var token = cluster.SubjectToken(lifetime: TimeSpan.FromMinutes(2));
        var first = await cluster.ExchangeAsync(token);

        cluster.Clock.Now = cluster.Clock.Now.AddSeconds(30.5);
        var second = await cluster.ExchangeAsync(token);

        Assert.Equal(first.Token(), second.Token());
        Assert.Equal((120, 89), (first.Response!.ExpiresInSeconds, second.Response!.ExpiresInSeconds));
    }

    [Fact]
    public async Task Fault_Z21_Mints_afresh_when_little_life_is_left()
    {
        var token = cluster.SubjectToken(lifetime: TimeSpan.FromMinutes(20));
        var first = await cluster.ExchangeAsync(token);

        cluster.Clock.Now = cluster.Clock.Now.AddMinutes(5).AddSeconds(-9);
        var second = await cluster.ExchangeAsync(token);

        Assert.NotEqual(first.Token(), second.Token());
        Assert.Equal(300, second.Response!.ExpiresInSeconds);
    }

    [Fact]
    public async Task Fault_R13_Mints_afresh_under_other_versions()
    {
        var token = cluster.SubjectToken();
        var first = await cluster.ExchangeAsync(token);

        cluster.SetState(cluster.States[0].NextEpoch());
        var second = await cluster.ExchangeAsync(token);

        Assert.NotEqual(first.Token(), second.Token());
    }

    [Fact]
    public async Task Fault_T20_Keeps_subjects_that_look_alike_apart()
    {
        var before = await cluster.CountSubjectGrainsAsync();

        await cluster.ExchangeAsync(cluster.SubjectToken("t20"));
        await cluster.ExchangeAsync(cluster.SubjectToken("t20 "));
        await cluster.ExchangeAsync(cluster.SubjectToken("t20"));

        Assert.Equal(before + 2, await cluster.CountSubjectGrainsAsync());
    }

    [Fact]
    public async Task Keeps_subjects_apart_that_share_a_grain()
    {
        var grain = cluster.Grains().GetGrain<ISubjectGrain>("shared");
        var versions = cluster.States[0].Current!.Versions;
        var (alice, bob) = (RequestAt(versions, "alice"), RequestAt(versions, "bob"));

        var replies = new List<SubjectReply.Issued>();
        foreach (var request in new[] { alice, bob, alice })
        {
            replies.Add(Assert.IsType<SubjectReply.Issued>(await grain.ExchangeAsync(request)));
        }

        Assert.Equal(["alice", "bob", "alice"], replies.Select(reply => ClaimsOf(reply).GetProperty("sub").GetString()));
        Assert.Equal([false, false, true], replies.Select(reply => reply.FromCache));

        static JsonElement ClaimsOf(SubjectReply.Issued reply) =>
            JsonElement.Parse(Base64Url.DecodeFromChars(reply.Token.Token.Reveal().Split('.')[1]));
    }

    [Fact]
    public async Task Shows_which_rules_matched()
    {
        var token = cluster.SubjectToken("shown");
        await cluster.ExchangeAsync(token, Shop.Orders);
        await cluster.ExchangeAsync(token, Shop.Orders);

        var use = Assert.Single(await RuleStateOf(token));

        Assert.Equal(["orders/accepts[web]"], use.Rules);
        Assert.Equal((Shop.Web, Shop.Orders, 2), (use.Client, use.Targets.Single(), use.Answers));
    }

    [Fact]
    public async Task Catches_up_once_when_its_silo_is_behind()
    {
        var newer = cluster.States[0].NextEpoch();
        foreach (var state in cluster.States)
        {
            state.Newest = newer;
        }

        var grain = cluster.Grains().GetGrain<ISubjectGrain>("behind");
        var reply = await grain.ExchangeAsync(RequestAt(newer.Versions));

        Assert.IsType<SubjectReply.Issued>(reply);
        Assert.Equal(1, cluster.States.Sum(state => state.CatchUps));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Decides_nothing_under_other_versions(bool storeFails)
    {
        foreach (var state in cluster.States)
        {
            state.StoreFailure = storeFails ? new IOException("down") : null;
        }

        var reply = await cluster.Grains().GetGrain<ISubjectGrain>("stale")
            .ExchangeAsync(RequestAt(cluster.States[0].NextEpoch().Versions));

        Assert.IsType<SubjectReply.Stale>(reply);
    }

    private SubjectRequest RequestAt(StateVersions versions, string subject = "alice") => new()
    {
        Command = new ExchangeCommand
        {
            Client = Shop.Web,
            Subject = Validated(cluster.SubjectToken(subject)),
            Targets = [Shop.Catalog],
            RequestedScope = null,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        },
        Versions = versions,
    };

    private async Task<IReadOnlyList<RuleUse>> RuleStateOf(string token)
    {
        var key = SubjectKey.OfGrain(Validated(token).Root, cluster.Shop.KeyRing.Secret);
        return await cluster.Grains(1).GetGrain<ISubjectGrain>(key).GetRuleStateAsync();
    }

    private ValidatedToken Validated(string token)
    {
        var snapshot = cluster.States[0].Current!;
        return SubjectTokenValidator.Validate(
            token, TokenTypeIdentifiers.AccessToken, snapshot.Policy, snapshot.IssuerKeys, snapshot.KeyRing, cluster.Clock.Now).Token!;
    }
}
