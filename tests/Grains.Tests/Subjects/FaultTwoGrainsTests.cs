using System.Text.Json;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Tests.Hosting;
using ExchangeCluster.Domain.Exchange;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime.GrainDirectory;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects;

/// <summary>Group F of the fault catalogue: the silos do not agree where a subject's grain is.</summary>
public sealed class FaultTwoGrainsTests : IAsyncLifetime
{
    private readonly ExchangeTestCluster cluster = new(silo =>
        silo.Services.AddSingleton<IGrainDirectoryResolver>(new PrivateDirectory()));

    public ValueTask InitializeAsync() => cluster.InitializeAsync();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Fault_F15_Answers_alike_and_forgets_no_revocation_when_a_subject_has_two_grains()
    {
        var token = cluster.SubjectToken("twice");
        var first = await AskEverywhereAsync(token);
        Assert.Equal(2, await cluster.CountSubjectGrainsAsync());
        Assert.Equal(2, first.Select(outcome => outcome.Token()).Distinct().Count());
        Assert.Single(first.Select(outcome => Decided(outcome.Claims())).Distinct());

        // Each answers again from its own memory.
        var again = await AskEverywhereAsync(token);
        Assert.Equal(first.Select(outcome => outcome.Token()), again.Select(outcome => outcome.Token()));

        var current = cluster.States[0].Current!;
        var revocations = new RevocationBuilder();
        var target = RevocationTarget.Subject("https://login.shop.example", "twice", current.KeyRing.Secret);
        revocations.Set(new Revocation
        {
            Id = target.Id(isBlock: false, current.KeyRing.Secret),
            Target = target,
            IsBlock = false,
            Epoch = current.Versions.Revocations + 1,
            At = cluster.Clock.Now,
            ExpiresAt = cluster.Clock.Now.AddHours(1),
            By = Shop.Web,
            BySubject = null,
        });
        cluster.SetState(current.With(
            current.Versions with { Revocations = current.Versions.Revocations + 1 }, revocations.ToSnapshot(current.Revocations.Incarnation)));

        Assert.All(await AskEverywhereAsync(token), outcome => Assert.Equal(RefusalReason.SubjectTokenRevoked, outcome.Refusal?.Reason));
        Assert.All(await AskEverywhereAsync(cluster.SubjectToken("another")), outcome => Assert.NotNull(outcome.Response));
    }

    private async Task<ExchangeOutcome[]> AskEverywhereAsync(string token)
    {
        var outcomes = new ExchangeOutcome[cluster.States.Count];
        for (var silo = 0; silo < outcomes.Length; silo++)
        {
            cluster.PlaceNextGrainsOn(silo);
            outcomes[silo] = await cluster.ExchangeAsync(token, silo: silo);
        }

        return outcomes;
    }

    /// <summary>Everything but what is one token's own.</summary>
    private static string Decided(JsonElement claims) => string.Join(
        '\n', claims.EnumerateObject().Where(claim => claim.Name is not ("jti" or "lineage")).Select(claim => $"{claim.Name} {claim.Value.GetRawText()}"));
}
