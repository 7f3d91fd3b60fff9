using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Pipeline;

/// <summary>Refresh tokens where the store or the state gives way.</summary>
[Collection(nameof(ExchangeTestCluster))]
public sealed class RefreshGrantTests
{
    private readonly ExchangeTestCluster cluster;

    public RefreshGrantTests(ExchangeTestCluster cluster)
    {
        this.cluster = cluster;
        cluster.Reset();
    }

    [Fact]
    public async Task Answers_503_while_the_store_does_not_answer_and_the_token_stays_good()
    {
        var token = await StartAsync();

        cluster.RefreshTokens.Failure = new IOException("The store is down.");
        Assert.Equal(RefusalReason.Unavailable, (await RefreshAsync(token)).Refusal?.Reason);
        Assert.Equal(RefusalReason.Unavailable, (await AskAsync("dave")).Refusal?.Reason);
        cluster.RefreshTokens.BeforeReplaced = () => cluster.RefreshTokens.Failure = new IOException("The store is down.");
        cluster.RefreshTokens.Failure = null;
        Assert.Equal(RefusalReason.Unavailable, (await RefreshAsync(token)).Refusal?.Reason);

        cluster.RefreshTokens.BeforeReplaced = null;
        cluster.RefreshTokens.Failure = null;
        (await RefreshAsync(token)).Token();
    }

    [Fact]
    public async Task Spends_it_once_for_a_request_whose_state_moves_on_the_way()
    {
        var token = await StartAsync();
        var state = cluster.States[0];
        state.BeforeFinalCheck = () =>
        {
            state.BeforeFinalCheck = null;
            cluster.SetState(state.NextEpoch());
        };

        var outcome = await RefreshAsync(token);

        Assert.Equal(2, outcome.Versions?.Policy);
        (await RefreshAsync(outcome.Response!.RefreshToken!)).Token();
    }

    [Fact]
    public async Task Hands_nothing_over_when_the_lease_runs_out_while_it_is_spent()
    {
        var token = await StartAsync();

        cluster.RefreshTokens.BeforeReplaced = () => cluster.SetState(null);

        Assert.Equal(RefusalReason.Unavailable, (await RefreshAsync(token)).Refusal?.Reason);
    }

    [Fact]
    public async Task Revokes_the_family_at_a_second_use()
    {
        var token = await StartAsync();
        var next = (await RefreshAsync(token)).Response!.RefreshToken!;
        var before = cluster.Revocations.Revoked.Count;

        Assert.Equal(RefusalReason.RefreshTokenReused, (await RefreshAsync(token)).Refusal?.Reason);

        Assert.Equal(before + 1, cluster.Revocations.Revoked.Count);
        Assert.Contains(cluster.Revocations.Revoked, target => target.Kind == RevocationKind.Token);
        (await RefreshAsync(next)).Token();
    }

    private async Task<SensitiveText> StartAsync() => (await AskAsync("alice")).Response!.AccessToken;

    private Task<ExchangeOutcome> AskAsync(string subject) =>
        cluster.ExchangeAsync(cluster.SubjectToken(subject), requestedType: TokenTypeIdentifiers.RefreshToken);

    private Task<ExchangeOutcome> RefreshAsync(SensitiveText token) => cluster.Pipeline().AnswerAsync(
        Shop.Credentials(Shop.Web),
        new TokenRequest.Refresh { RefreshToken = token, Audiences = [], Resources = [], Scope = null },
        TestContext.Current.CancellationToken);
}
