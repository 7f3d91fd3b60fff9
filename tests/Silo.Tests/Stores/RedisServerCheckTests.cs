using System.Globalization;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Stores;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Stores;

/// <summary>Which Redis a silo starts on.</summary>
public sealed class RedisServerCheckTests
{
    [Fact]
    public async Task Accepts_a_durable_server_with_a_password()
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "swordfish");
        using var store = RedisClusterStore.Open(RedisAddress.Parse($"{server.Address},password=swordfish"));
        Assert.False(store.IsInitialized);
    }

    [Fact]
    public async Task Refuses_a_server_that_may_forget_and_names_every_reason()
    {
        await using var server = await RedisServer.StartAsync(
            "--appendonly", "no", "--appendfsync", "everysec", "--no-appendfsync-on-rewrite", "yes", "--maxmemory-policy", "allkeys-lru");

        Assert.Equal(
            [
                $"The Redis at {server.Address} has appendonly no, expected yes.",
                $"The Redis at {server.Address} has appendfsync everysec, expected always.",
                $"The Redis at {server.Address} has no-appendfsync-on-rewrite yes, expected no.",
                $"The Redis at {server.Address} has maxmemory-policy allkeys-lru, expected noeviction.",
            ],
            Refusal(server.Address).Split(Environment.NewLine));
    }

    [Fact]
    public async Task Refuses_a_replica()
    {
        await using var primary = await RedisServer.StartAsync();
        await using var replica = await RedisServer.StartAsync("--replicaof", $"127.0.0.1 {primary.Port.ToString(CultureInfo.InvariantCulture)}");
        Assert.Equal($"The Redis at {replica.Address} is a replica, expected the primary.", Refusal(replica.Address));
    }

    [Theory]
    [InlineData("")]
    [InlineData(",password=guess")]
    [InlineData(",user=somebody,password=guess")]
    public async Task Refuses_a_wrong_password_without_printing_it(string credentials)
    {
        await using var server = await RedisServer.StartAsync("--requirepass", "swordfish");
        Assert.Equal($"The Redis at {server.Address} refuses the user or password.", Refusal(server.Address + credentials));
    }

    [Fact]
    public async Task Refuses_a_user_who_may_not_look_at_the_settings()
    {
        await using var server = await RedisServer.StartAsync();
        await server.ExecuteAsync("ACL", "SETUSER", "exchange", "on", ">swordfish", "~*", "&*", "+@all", "-config");
        Assert.Equal(
            $"The Redis at {server.Address} doesn't tell its settings; its user needs CONFIG GET.",
            Refusal($"{server.Address},user=exchange,password=swordfish"));
    }

    [Fact]
    public void Refuses_a_server_that_is_not_there()
    {
        var address = $"127.0.0.1:{FreePort.Find().ToString(CultureInfo.InvariantCulture)}";
        Assert.StartsWith($"The Redis at {address} can't be reached", Refusal(address), StringComparison.Ordinal);
    }

    private static string Refusal(string address) =>
        Assert.Throws<RedisStoreException>(() => RedisClusterStore.Open(RedisAddress.Parse(address)).Dispose()).Message;
}
