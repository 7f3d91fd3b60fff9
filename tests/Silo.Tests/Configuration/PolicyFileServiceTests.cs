using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Configuration;

public sealed class PolicyFileServiceTests : IDisposable
{
    private readonly string policyFile = Path.GetTempFileName();
    private readonly FakeTimeProvider time = new();
    private readonly FakePublisher publisher = new();
    private readonly CapturedLog log = new();

    public void Dispose() => File.Delete(policyFile);

    [Fact]
    public async Task Refuses_to_start_with_a_broken_policy_and_lists_every_mistake()
    {
        publisher.Answer = Invalid("policy.yaml:1:1: one", "policy.yaml:2:1: two");
        using var service = Create();
        var refused = await Assert.ThrowsAsync<StartupRefusedException>(() => service.StartAsync(TestContext.Current.CancellationToken));
        Assert.Equal(["policy.yaml:1:1: one", "policy.yaml:2:1: two"], refused.Reasons);
        Assert.Equal(2, refused.ExitCode);
    }

    [Fact]
    public async Task Refuses_to_start_with_a_file_that_is_not_utf8()
    {
        await File.WriteAllBytesAsync(policyFile, [0xC3, 0x28], TestContext.Current.CancellationToken);
        using var service = Create();
        await Assert.ThrowsAsync<StartupRefusedException>(() => service.StartAsync(TestContext.Current.CancellationToken));
        Assert.Empty(publisher.Texts);
    }

    [Fact]
    public async Task Publishes_at_start_and_again_only_when_the_content_changes()
    {
        using var service = await StartAsync("revision: 1");
        await service.LookAsync(TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(policyFile, "revision: 2", TestContext.Current.CancellationToken);
        await service.LookAsync(TestContext.Current.CancellationToken);
        await service.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["revision: 1", "revision: 2"], publisher.Texts);
    }

    [Fact]
    public async Task Fault_Z28_Keeps_the_last_good_policy_on_a_broken_change_and_says_so()
    {
        using var service = await StartAsync("revision: 1");
        publisher.Answer = Invalid("policy.yaml:3:4: what");
        await File.WriteAllTextAsync(policyFile, "broken", TestContext.Current.CancellationToken);
        await service.LookAsync(TestContext.Current.CancellationToken);
        await service.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(2, publisher.Texts.Count);
        Assert.Contains(log.Lines, line => line.Contains("The last good policy stays", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("policy.yaml:3:4: what", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Publishes_a_change_later_when_the_store_did_not_answer_at_first()
    {
        using var service = await StartAsync("revision: 1");
        publisher.Failure = new IOException("store is down");
        await File.WriteAllTextAsync(policyFile, "revision: 2", TestContext.Current.CancellationToken);
        await service.LookAsync(TestContext.Current.CancellationToken);
        publisher.Failure = null;
        await service.LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(["revision: 1", "revision: 2", "revision: 2"], publisher.Texts);
        Assert.Contains(log.Lines, line => line.Contains("store is down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Looks_at_the_file_by_itself()
    {
        using var service = await StartAsync("revision: 1");
        await File.WriteAllTextAsync(policyFile, "revision: 2", TestContext.Current.CancellationToken);
        var second = publisher.Next();
        time.Advance(PolicyFileService.PollInterval);
        Assert.Equal("revision: 2", await second.WaitAsync(TimeSpan.FromSeconds(10), TestContext.Current.CancellationToken));
    }

    private static PolicyPublication Invalid(params string[] mistakes) => new(PolicyPublicationOutcome.Invalid, mistakes, []);

    private PolicyFileService Create() => new(
        SiloSettingsReader.Read(TestConfiguration.Of(("PolicyFile", policyFile)), isDevelopment: false),
        publisher, time, new LoggerFactory([log]).CreateLogger<PolicyFileService>());

    private async Task<PolicyFileService> StartAsync(string text)
    {
        await File.WriteAllTextAsync(policyFile, text, TestContext.Current.CancellationToken);
        var service = Create();
        await service.StartAsync(TestContext.Current.CancellationToken);
        return service;
    }

    private sealed class FakePublisher : IPolicyPublisher
    {
        private TaskCompletionSource<string> next = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public List<string> Texts { get; } = [];

        public PolicyPublication Answer { get; set; } = new(PolicyPublicationOutcome.Published, [], []);

        public Exception? Failure { get; set; }

        public Task<string> Next() => (next = new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public Task<PolicyPublication> PublishAsync(string text, string file, CancellationToken cancellationToken)
        {
            Texts.Add(text);
            next.TrySetResult(text);
            return Failure is null ? Task.FromResult(Answer) : Task.FromException<PolicyPublication>(Failure);
        }

        public Task<PolicyPublication> PublishEverywhereAsync(string text, string file, CancellationToken cancellationToken) =>
            throw new NotSupportedException("Administrators do that.");
    }
}
