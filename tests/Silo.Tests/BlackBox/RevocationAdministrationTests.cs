using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>The management API: who may use it, what it takes, and what it tells.</summary>
[Collection<RevocationShopCollection>]
public sealed class RevocationAdministrationTests(RevocationShop shop)
{
    private const string Path = "/admin/revocations";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Refuses_a_caller_without_a_token_as_RFC_6750_has_it()
    {
        foreach (var (method, path) in new[] { (HttpMethod.Get, Path), (HttpMethod.Post, Path), (HttpMethod.Delete, Path + "/block.all.AAAA") })
        {
            using var response = await shop.AdminAsync(method, path, method == HttpMethod.Post ? shop.SubjectBody("nobody") : null, withToken: false);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Equal("Bearer realm=\"management\"", response.Headers.WwwAuthenticate.ToString());
        }
    }

    [Fact]
    public async Task Refuses_tokens_that_are_not_for_the_management_api()
    {
        var atOrders = await shop.IssueAsync("web", shop.Login("stranger"), "orders");
        string[] tokens = ["junk", atOrders.Token, shop.Parties.SubjectToken(subject: "root", scope: "exchange.admin")];
        foreach (var token in tokens)
        {
            using var response = await shop.AdminAsync(HttpMethod.Get, Path, token: token);

            Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
            Assert.Contains("error=\"invalid_token\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Refuses_a_bound_token_whose_proof_it_could_not_check()
    {
        var form = RevocationShop.Form("web", shop.Parties.SubjectToken(subject: "root", scope: "exchange.admin"), "sts");
        form.Proofs.Add(TestProof.Of(TestKey.Create(), shop.Issuer + "/oauth/token", ShopParties.Now));
        var token = (await shop.Client.SendAsync(form)).AssertIssued().Token;

        using var response = await shop.AdminAsync(HttpMethod.Get, Path, token: token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Refuses_a_revoked_administrator()
    {
        var token = await shop.AdminTokenAsync();
        using (var revoked = await shop.RevokeAsync("web", token))
        {
            Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        }

        using var response = await shop.AdminAsync(HttpMethod.Get, Path, token: token);

        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [Fact]
    public async Task Refuses_a_token_without_the_scope()
    {
        using var response = await shop.AdminAsync(
            HttpMethod.Post, Path, shop.SubjectBody("nobody"), await shop.AdminTokenAsync("exchange.look"));

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("error=\"insufficient_scope\", scope=\"exchange.admin\"", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", "exactly one of")]
    [InlineData("""{"client":"web","all":true}""", "exactly one of")]
    [InlineData("""{"block":true}""", "exactly one of")]
    [InlineData("""{"all":true,"block":true}""", "block")]
    [InlineData("""{"client":"web","blocked":true}""", "blocked is not a member")]
    [InlineData("""{"client":"web","block":"yes"}""", "block is not true or false")]
    [InlineData("""{"client":"nobody"}""", "client is no service")]
    [InlineData("""{"client":7}""", "client is not a string")]
    [InlineData("""{"issuer":"https://nobody.example"}""", "issuer is no issuer")]
    [InlineData("""{"edge":{"from":"web","to":"nobody"}}""", "edge: from or to")]
    [InlineData("""{"edge":{"from":"web"}}""", "edge.to is missing")]
    [InlineData("""{"edge":{"from":"web","to":"orders","via":"x"}}""", "edge.via is not a member")]
    [InlineData("""{"subjects":[]}""", "subjects is not a list")]
    [InlineData("""{"subjects":[{"iss":"https://login.shop.example"}]}""", "subjects[0].sub is missing")]
    [InlineData("""{"subjects":[{"iss":"https://nobody.example","sub":"a"}]}""", "subjects: an iss")]
    [InlineData("""{"session":{"iss":"https://login.shop.example"}}""", "session.sid is missing")]
    [InlineData("""{"token":"junk"}""", "token is not one")]
    [InlineData("""{"client":"web","client":"web"}""", "repeats a member")]
    [InlineData("""{"client":"web"} x""", "not JSON")]
    [InlineData("""[]""", "not an object")]
    [InlineData("""{"client":"\ud800"}""", "not Unicode")]
    [InlineData("", "not JSON")]
    public async Task Refuses_a_body_that_it_does_not_understand_and_names_the_member(string body, string mistake)
    {
        using var http = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(shop.Silo.ManagementUrl, Path));
        request.Headers.Authorization = new("Bearer", await shop.AdminTokenAsync());
        request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await http.SendAsync(request, Cancelled);

        var json = JsonElement.Parse(await response.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(ErrorCodes.InvalidRequest, json.GetProperty("error").GetString());
        Assert.Contains(mistake, json.GetProperty("error_description").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_another_content_type()
    {
        using var http = new HttpClient();
        using var response = await http.PostAsync(
            new Uri(shop.Silo.ManagementUrl, Path), new FormUrlEncodedContent([KeyValuePair.Create("client", "web")]), Cancelled);

        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
    }

    [Fact]
    public async Task Lists_what_is_revoked_by_whom_and_names_no_subject()
    {
        const string canary = "canary-listed-subject";
        var receipt = await shop.AdminRevokeAsync(shop.SubjectBody(canary, block: true));
        await shop.AdminRevokeAsync(new JsonObject { ["edge"] = new JsonObject { ["from"] = "catalog", ["to"] = "stock" } });

        var list = await shop.ListAsync();

        Assert.DoesNotContain("canary", list.GetRawText(), StringComparison.Ordinal);
        var entries = list.GetProperty("revocations").EnumerateArray().ToArray();
        Assert.Equal(entries.Select(entry => entry.GetProperty("epoch").GetInt64()).OrderDescending(), entries.Select(entry => entry.GetProperty("epoch").GetInt64()));
        var block = entries.Single(entry => entry.GetProperty("id").GetString() == receipt.GetProperty("ids")[0].GetString());
        Assert.Equal("subject", block.GetProperty("kind").GetString());
        Assert.True(block.GetProperty("block").GetBoolean());
        Assert.False(block.TryGetProperty("expires_at", out _));
        Assert.Equal("web", block.GetProperty("by").GetString());
        Assert.Equal(43, block.GetProperty("by_subject").GetString()!.Length);
        var edge = entries.First(entry => entry.GetProperty("kind").GetString() == "edge" && !entry.GetProperty("block").GetBoolean());
        Assert.Equal(("catalog", "stock"), (edge.GetProperty("from").GetString(), edge.GetProperty("to").GetString()));
        Assert.True(edge.GetProperty("expires_at").GetDateTimeOffset() > edge.GetProperty("at").GetDateTimeOffset().AddHours(1));
    }

    [Fact]
    public async Task Revokes_an_opaque_token_by_its_text()
    {
        var answer = await shop.ExchangeAsync("web", shop.Login("opaque-holder"), "vault");
        var token = answer.Text(ParameterNames.AccessToken)!;
        Assert.True(await shop.IsActiveAsync("vault", token));

        await shop.AdminRevokeAsync(new JsonObject { ["token"] = token });

        Assert.False(await shop.IsActiveAsync("vault", token));
    }

    [Fact]
    public async Task Revokes_the_family_of_a_refresh_token_by_any_text_of_it()
    {
        var form = RevocationShop.Form("web", shop.Login("refresher"), "vault");
        form.Add(ParameterNames.RequestedTokenType, TokenTypeIdentifiers.RefreshToken);
        var first = (await shop.Client.SendAsync(form)).Text(ParameterNames.AccessToken)!;
        var answer = await shop.Client.SendAsync(Refresh(first));
        var (access, second) = (answer.Text(ParameterNames.AccessToken)!, answer.Text(ParameterNames.RefreshToken)!);
        Assert.True(await shop.IsActiveAsync("vault", access));

        await shop.AdminRevokeAsync(new JsonObject { ["token"] = first });

        Assert.False(await shop.IsActiveAsync("vault", access));
        (await shop.Client.SendAsync(Refresh(second))).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Pages_through_the_list()
    {
        for (var i = 0; i < 3; i++)
        {
            await shop.AdminRevokeAsync(shop.SubjectBody($"paged-{i}"));
        }

        var all = Ids(await shop.ListAsync("?limit=1000"));
        var paged = new List<string>();
        var query = "?limit=2";
        while (true)
        {
            var page = await shop.ListAsync(query);
            paged.AddRange(Ids(page));
            if (!page.TryGetProperty("next_before", out var before))
            {
                break;
            }

            query = $"?limit=2&before={before.GetInt64()}";
        }

        // Other tests may add newer ones meanwhile, and renew old ones.
        Assert.Equal(3, paged.Intersect(all, StringComparer.Ordinal).Count(id => all[..3].Contains(id, StringComparer.Ordinal)));
        Assert.Equal(paged.Count, paged.Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("?limit=0")]
    [InlineData("?limit=1001")]
    [InlineData("?limit=1&limit=2")]
    [InlineData("?before=-1")]
    [InlineData("?after=3")]
    public async Task Refuses_a_page_that_it_does_not_know(string query)
    {
        using var response = await shop.AdminAsync(HttpMethod.Get, Path + query);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Theory]
    [InlineData("block.subject.AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("nothing")]
    public async Task Says_that_there_is_nothing_to_lift(string id)
    {
        using var response = await shop.AdminAsync(HttpMethod.Delete, Path + "/" + id);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Is_not_to_be_found_on_the_public_listener()
    {
        using var response = await shop.Client.Http.GetAsync(new Uri(Path, UriKind.Relative), Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task Leaves_no_subject_session_or_token_in_log_or_store()
    {
        const string canary = "canary-of-revocation";
        var login = shop.Login(canary, "canary-session-91");
        var chain = await shop.ChainAsync(login);
        await shop.AdminRevokeAsync(new JsonObject { ["token"] = chain[3] });
        await shop.AdminRevokeAsync(new JsonObject { ["session"] = new JsonObject { ["iss"] = shop.Parties.Login.Issuer, ["sid"] = "canary-session-91" } });
        await shop.AdminRevokeAsync(shop.SubjectBody(canary, block: true));
        using (await shop.RevokeAsync("web", chain[1]))
        using (await shop.AskAsync("web", chain[1]))
        using (await shop.AskAsync("web", "canary-of-revocation.is.junk"))
        {
            (await shop.ExchangeAsync("web", login, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
        }

        string[] canaries = [canary, "canary-session-91", .. chain, .. chain.Select(token => token.Split('.')[1]), .. chain.Select(token => token.Split('.')[2])];
        var lines = shop.Silo.Log.Lines;
        Assert.Contains(lines, line => line.Contains("Revoked a Session", StringComparison.Ordinal));
        foreach (var secret in canaries)
        {
            Assert.DoesNotContain(lines, line => line.Contains(secret, StringComparison.Ordinal));
            foreach (var file in Directory.EnumerateFiles(shop.Silo.DataDirectory, "*", SearchOption.AllDirectories))
            {
                await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var bytes = new MemoryStream();
                await stream.CopyToAsync(bytes, Cancelled);
                Assert.Equal(-1, bytes.ToArray().AsSpan().IndexOf(Encoding.UTF8.GetBytes(secret)));
            }
        }
    }

    private static TokenForm Refresh(string token)
    {
        var form = TokenForm.Of(GrantTypes.RefreshToken);
        form.Add(ParameterNames.RefreshToken, token);
        form.UseBasic("web", ShopParties.SecretOf("web"));
        return form;
    }

    private static string[] Ids(JsonElement page) =>
        [.. page.GetProperty("revocations").EnumerateArray().Select(entry => entry.GetProperty("id").GetString()!)];
}
