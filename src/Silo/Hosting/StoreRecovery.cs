using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Stores;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// After the Redis of a cluster has forgotten something: silos that saw it answer 503 and keep what they know until the operator decides.
/// Commands of their own, because only the operator can know that there is no other Redis somewhere that has forgotten nothing.
/// </summary>
internal static class StoreRecovery
{
    /// <summary>Begins the store anew; the silos that run write back what they know.</summary>
    public const string Verb = "recover";

    /// <summary>Goes on with what the store still has, when no silo is left that knows more.</summary>
    public const string AcceptVerb = "accept-loss";

    /// <summary>Long enough for each silo to notice, half a second, and to write a million revocations.</summary>
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(20);

    /// <exception cref="StartupRefusedException">Settings are wrong, or no silo runs.</exception>
    /// <exception cref="RedisStoreException">The Redis can't be used.</exception>
    public static async Task RunAsync(string[] args)
    {
        using var store = Open(args, out var address);
        var silos = await store.BeginAnewAsync(Hold, new ReplicationOptions().DropAfter, CancellationToken.None);
        if (silos == 0)
        {
            throw new StartupRefusedException(
                ExitCodes.CannotRun,
                $"No silo is running that could write back what the Redis at {address} lost. Restore its newest data, or go on without what is lost: `{AcceptVerb}`.");
        }

        await Console.Out.WriteLineAsync(
            $"The Redis at {address} is begun anew. {silos} silos write back what they know; all answer again after {Hold.TotalSeconds:0} s.");
    }

    /// <inheritdoc cref="RunAsync"/>
    public static async Task AcceptAsync(string[] args)
    {
        using var store = Open(args, out var address);
        await store.ReleaseAsync();
        await Console.Out.WriteLineAsync($"The silos may answer from the Redis at {address} as it is. What it forgot is gone, revocations too.");
    }

    private static RedisClusterStore Open(string[] args, out RedisAddress address)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = SiloSettingsReader.Read(builder.Configuration, builder.Environment.IsDevelopment());
        address = settings.Redis ?? throw new StartupRefusedException(
            ExitCodes.WrongSettings, $"{SettingNames.PathOf(SettingNames.Redis)}: is missing; without it there is no store that others share.");
        return RedisClusterStore.Open(address);
    }
}
