using System.Text;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>The end of a refresh token's family: by a second use, by its client, by an ancestor.</summary>
public sealed class RefreshTokenRevocationTests(RefreshShop shop) : IClassFixture<RefreshShop>
{
    [Fact]
    public async Task Accepts_a_refresh_token_once_and_a_second_use_ends_all_that_was_issued_for_it()
    {
        var first = await shop.StartAsync("orders");
        var answer = await shop.RefreshAsync(first);
        var (access, second) = (answer.AssertIssued().Token, answer.Text(ParameterNames.RefreshToken)!);
        var descendant = (await shop.ExchangeAsync("orders", access, "stock")).AssertIssued().Token;
        Assert.True(await shop.IsActiveAsync("orders", access));
        Assert.True(await shop.IsActiveAsync("orders", descendant));

        (await shop.RefreshAsync(first)).AssertRefused(ErrorCodes.InvalidGrant);

        (await shop.RefreshAsync(second)).AssertRefused(ErrorCodes.InvalidGrant);
        Assert.False(await shop.IsActiveAsync("orders", access));
        Assert.False(await shop.IsActiveAsync("orders", descendant));
        (await shop.ExchangeAsync("orders", access, "stock")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Accepts_a_refresh_token_exactly_once_of_100_at_once_and_then_nothing_of_its_family()
    {
        var token = await shop.StartAsync("orders");

        var answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(_ => shop.RefreshAsync(token)));

        var winner = Assert.Single(answers, answer => answer.IsIssued);
        Assert.All(answers.Where(answer => !answer.IsIssued), answer => answer.AssertRefused(ErrorCodes.InvalidGrant));
        (await shop.RefreshAsync(winner.Text(ParameterNames.RefreshToken)!)).AssertRefused(ErrorCodes.InvalidGrant);
        Assert.False(await shop.IsActiveAsync("orders", winner.AssertIssued().Token));
    }

    [Fact]
    public async Task A_refused_use_does_not_spend_it()
    {
        var token = await shop.StartAsync("orders");

        (await shop.RefreshAsync(token, scope: "browse locate")).AssertRefused(ErrorCodes.InvalidScope);

        (await shop.RefreshAsync(token)).AssertIssued();
    }

    [Fact]
    public async Task Is_revoked_by_its_client_alone_and_with_it_all_that_was_issued_for_it()
    {
        var first = await shop.StartAsync("orders");
        var answer = await shop.RefreshAsync(first);
        var (access, second) = (answer.AssertIssued().Token, answer.Text(ParameterNames.RefreshToken)!);

        Assert.Equal(ErrorCodes.InvalidGrant, (await shop.QuestionAsync("/oauth/revoke", "mobile", second)).GetProperty("error").GetString());
        Assert.True(await shop.IsActiveAsync("web", second));

        await shop.QuestionAsync("/oauth/revoke", "web", second);

        Assert.False(await shop.IsActiveAsync("web", second));
        Assert.False(await shop.IsActiveAsync("orders", access));
        (await shop.RefreshAsync(second)).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Dies_with_the_subject_token_that_it_began_with()
    {
        var subject = (await shop.ExchangeAsync("web", shop.Parties.SubjectToken(), "orders")).AssertIssued().Token;
        var token = await shop.StartAsync("stock", subject, "orders");
        var answer = await shop.RefreshAsync(token, "orders");
        answer.AssertIssued();

        await shop.QuestionAsync("/oauth/revoke", "web", subject);

        (await shop.RefreshAsync(answer.Text(ParameterNames.RefreshToken)!, "orders")).AssertRefused(ErrorCodes.InvalidGrant);
    }

    [Fact]
    public async Task Dies_with_the_edge_that_it_was_issued_for_though_new_tokens_may_be()
    {
        var token = await shop.StartAsync("vault");

        await shop.Silo.Services.GetRequiredService<IRevocationPublisher>().RevokeAsync(
            [RevocationTarget.Edge("web", "vault")], isBlock: false, new Revoker("web", null), TestContext.Current.CancellationToken);

        (await shop.RefreshAsync(token)).AssertRefused(ErrorCodes.InvalidGrant);
        (await shop.RefreshAsync(await shop.StartAsync("vault"))).AssertOpaque();
    }

    [Fact]
    public async Task Is_introspected_by_its_client_alone_and_only_until_it_is_used()
    {
        var token = await shop.StartAsync("orders");

        var shown = await shop.QuestionAsync("/oauth/introspect", "web", token);
        Assert.True(shown.GetProperty("active").GetBoolean());
        Assert.Equal("web", shown.GetProperty("client_id").GetString());
        Assert.Equal("browse orders.place", shown.GetProperty("scope").GetString());
        Assert.Equal(AccessTokenTypes.NotApplicable, shown.GetProperty("token_type").GetString());
        Assert.False(await shop.IsActiveAsync("orders", token));

        var next = (await shop.RefreshAsync(token)).Text(ParameterNames.RefreshToken)!;

        // To ask about it is not to use it.
        Assert.False(await shop.IsActiveAsync("web", token));
        Assert.True(await shop.IsActiveAsync("web", next));
    }

    [Fact]
    public async Task Is_good_nowhere_else()
    {
        var token = await shop.StartAsync("orders");

        (await shop.ExchangeAsync("web", token, "orders")).AssertRefused(ErrorCodes.InvalidRequest);
    }

    [Fact]
    public async Task Outlives_a_restart()
    {
        await using var restarted = new RefreshShop();
        await restarted.InitializeAsync();
        var token = await restarted.StartAsync("orders");

        await restarted.Silo.RestartAsync(TestContext.Current.CancellationToken);

        (await restarted.RefreshAsync(token)).AssertIssued();
    }

    [Fact]
    public async Task Leaves_no_text_in_the_store_nor_the_log()
    {
        var token = await shop.StartAsync("orders", shop.Parties.SubjectToken(subject: "canary-of-refresh"));
        var next = (await shop.RefreshAsync(token)).Text(ParameterNames.RefreshToken)!;
        (await shop.RefreshAsync(token)).AssertRefused(ErrorCodes.InvalidGrant);

        var files = Directory.EnumerateFiles(shop.Silo.DataDirectory, "*", SearchOption.AllDirectories).Select(ReadShared).ToArray();
        Assert.NotEmpty(files);
        foreach (var canary in new[] { token[4..], next[4..], "canary-of-refresh" })
        {
            Assert.DoesNotContain(shop.Silo.Log.Lines, line => line.Contains(canary, StringComparison.Ordinal));
            Assert.DoesNotContain(files, bytes => bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes(canary)) >= 0);
        }
    }

    /// <summary>The store holds its file open.</summary>
    private static byte[] ReadShared(string file)
    {
        using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
