using System.Globalization;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Tests.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects;

/// <summary>
/// Group X of the fault catalogue: ever more subjects, each asked for once. <c>SUBJECTS=250000</c> makes the waves as large as that: a million in all.
/// </summary>
[Collection<ManySubjectsCollection>]
public sealed class FaultManySubjectsTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Waves = 4;
    private const int AtOnce = 100;

    /// <summary>What may be left of a subject once its grain is gone: its place in the directory caches of two silos, of a million entries each.</summary>
    private const long BytesLeftOfEach = 1024;

    /// <summary>Whatever else the process keeps from one wave to the next.</summary>
    private const long Noise = 2 * 1024 * 1024;

    private readonly int subjects = int.Parse(Environment.GetEnvironmentVariable("SUBJECTS") ?? "600", CultureInfo.InvariantCulture);

    // A log that is kept for a test to read grows with every subject, and recent decisions do until there are thousands.
    private readonly ExchangeTestCluster cluster = new(silo =>
    {
        silo.Services.AddLogging(logging => logging.ClearProviders());
        silo.Services.RemoveAll<IDecisionSink>();
    });

    public ValueTask InitializeAsync() => cluster.InitializeAsync();

    public ValueTask DisposeAsync() => cluster.DisposeAsync();

    [Fact]
    public async Task Fault_X1_Gives_back_the_memory_of_idle_subjects()
    {
        var heap = new List<long>();
        for (var wave = 0; wave < Waves; wave++)
        {
            foreach (var some in Enumerable.Range(wave * subjects, subjects).Chunk(AtOnce))
            {
                var outcomes = await Task.WhenAll(some.Select(i => cluster.ExchangeAsync(cluster.SubjectToken($"one-of-many-{i}"), silo: i % 2)));
                Assert.All(outcomes, outcome => Assert.NotNull(outcome.Response));
            }

            Assert.Equal(subjects, await cluster.CountSubjectGrainsAsync());
            await cluster.Grains().GetGrain<IManagementGrain>(0).ForceActivationCollection(TimeSpan.Zero);
            Assert.Equal(0, await cluster.CountSubjectGrainsAsync());
            heap.Add(GC.GetTotalMemory(forceFullCollection: true));
        }

        output.WriteLine($"{subjects} subjects in each wave; bytes of heap after each: {string.Join(", ", heap)}");
        Assert.InRange(heap[^1] - heap[1], long.MinValue, (BytesLeftOfEach * subjects * (Waves - 2)) + Noise);
    }
}

/// <summary>The heap is the process's: nothing beside it.</summary>
[CollectionDefinition(DisableParallelization = true)]
public sealed class ManySubjectsCollection;
