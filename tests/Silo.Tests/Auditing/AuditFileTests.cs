using ExchangeCluster.Domain.Auditing;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Silo.Auditing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Auditing;

/// <summary>Files of bounded size and number, in which nothing is lost but the oldest.</summary>
public sealed class AuditFileTests : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("exchange-cluster-").FullName;
    private readonly ServiceProvider services = new ServiceCollection().AddMetrics().AddSingleton<ExchangeMetrics>().BuildServiceProvider();
    private readonly FakeTimeProvider time = new();
    private readonly AuditFiles files;

    public AuditFileTests() => files = new AuditFiles(directory, time);

    public void Dispose()
    {
        services.Dispose();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task Rolls_full_files_and_drops_the_oldest()
    {
        using (var file = Open(count: 3, size: 500))
        {
            for (var number = 0; number < 40; number++)
            {
                file.Accept(Entry(number));
                file.Flush();
                time.Advance(TimeSpan.FromSeconds(1));
            }
        }

        Assert.Equal(3, files.All().Length);
        Assert.All(files.All(), file => Assert.InRange(new FileInfo(file).Length, 1, 700));
        using var reader = new AuditReader(files);
        var lines = await reader.FindAsync(new AuditQuery(), 1000, TestContext.Current.CancellationToken);
        Assert.Contains(new RequestId(39).ToString(), lines[^1], StringComparison.Ordinal);
        Assert.Equal(lines.Order(StringComparer.Ordinal), lines);
        var latest = await reader.FindAsync(new AuditQuery(), 4, TestContext.Current.CancellationToken);
        Assert.Equal(lines.TakeLast(4), latest);
    }

    [Fact]
    public void Goes_on_when_the_disk_does_again()
    {
        File.WriteAllText(Path.Combine(directory, "audit"), "in the way");
        using var file = Open(count: 2, size: 500);
        file.Accept(Entry(1));
        file.Flush();
        File.Delete(Path.Combine(directory, "audit"));
        file.Accept(Entry(2));
        file.Flush();

        Assert.Contains(new RequestId(2).ToString(), File.ReadAllText(Assert.Single(files.All())), StringComparison.Ordinal);
    }

    [Fact]
    public void Is_readable_by_its_owner_only()
    {
        using var file = Open(count: 2, size: 500);
        file.Accept(Entry(1));
        file.Flush();

        Assert.True(OperatingSystem.IsWindows() || File.GetUnixFileMode(Assert.Single(files.All())) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private AuditFile Open(int count, long size) =>
        new(files, count, size, services.GetRequiredService<ExchangeMetrics>(), NullLogger<AuditFile>.Instance);

    private static DecisionEntry Entry(int number) => new(
        DecisionFacts.Refused("web", null, new Refusal(RefusalReason.NothingGranted)),
        new RequestId((ulong)number),
        DateTimeOffset.UnixEpoch.AddSeconds(number),
        AnswerSource.Decided);
}
