using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Tests.Stores;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Hosting;

/// <summary>A store that holds no cluster is new, or has lost one: only the operator knows.</summary>
public sealed class StoreInitializationTests : IDisposable
{
    private readonly string policyFile = Path.GetTempFileName();

    public void Dispose() => File.Delete(policyFile);

    [Fact]
    public async Task Fault_F7_Refuses_to_start_on_an_empty_store_until_it_is_initialised_by_hand()
    {
        await using var redis = await RedisServer.StartAsync();
        string[] settings =
        [
            "--urls=http://127.0.0.1:0", "--ExchangeCluster:ManagementUrl=http://127.0.0.1:0", "--ExchangeCluster:SiloPort=0", "--ExchangeCluster:GatewayPort=0",
            $"--ExchangeCluster:PolicyFile={policyFile}", $"--ExchangeCluster:Redis={redis.Address},password=",
            $"--ExchangeCluster:KeyEncryptionKey={Convert.ToBase64String(new byte[32])}",
        ];
        await File.WriteAllTextAsync(policyFile, SmallPolicy.Text("https://sts.shop.example"), TestContext.Current.CancellationToken);

        var refused = await SiloProcess.RunAsync("Production", settings);
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith($"The Redis at {redis.Address} holds no cluster", refused.Errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", refused.Errors, StringComparison.Ordinal);

        var initialised = await SiloProcess.RunAsync("Production", [StoreInitialization.Verb, .. settings]);
        Assert.Equal((0, ""), (initialised.ExitCode, initialised.Errors));

        var again = await SiloProcess.RunAsync("Production", [StoreInitialization.Verb, .. settings]);
        Assert.Equal(1, again.ExitCode);
        Assert.StartsWith($"The Redis at {redis.Address} holds a cluster already.", again.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_to_initialise_without_a_redis()
    {
        var refused = await SiloProcess.RunAsync("Production", StoreInitialization.Verb, $"--ExchangeCluster:PolicyFile={policyFile}");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("ExchangeCluster:Redis: is missing", refused.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_redis_that_may_forget_with_code_1_and_never_prints_the_password()
    {
        await using var redis = await RedisServer.StartAsync("--appendfsync", "everysec", "--requirepass", "swordfish");
        var refused = await SiloProcess.RunAsync(
            "Production",
            $"--ExchangeCluster:PolicyFile={policyFile}",
            $"--ExchangeCluster:Redis={redis.Address},password=swordfish",
            $"--ExchangeCluster:KeyEncryptionKey={Convert.ToBase64String(new byte[32])}",
            "--urls=http://127.0.0.1:0",
            "--ExchangeCluster:ManagementUrl=http://127.0.0.1:0",
            "--ExchangeCluster:SiloPort=0",
            "--ExchangeCluster:GatewayPort=0");
        Assert.Equal((1, ""), (refused.ExitCode, refused.Output));
        Assert.Equal($"The Redis at {redis.Address} has appendfsync everysec, expected always.", refused.Errors.Trim());
    }
}
