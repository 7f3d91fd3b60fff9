using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Stores;

namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// Makes the logs of a new cluster in its Redis. A command of its own that an operator gives once, and not something that a silo does
/// when it finds nothing: a store that has lost everything looks like a new one, and in a new one nothing is revoked.
/// </summary>
internal static class StoreInitialization
{
    public const string Verb = "initialize";

    /// <exception cref="StartupRefusedException">Settings are wrong, or there is a cluster already.</exception>
    /// <exception cref="RedisStoreException">The Redis can't be used.</exception>
    public static async Task RunAsync(string[] args)
    {
        var builder = WebApplication.CreateSlimBuilder(args);
        var settings = SiloSettingsReader.Read(builder.Configuration, builder.Environment.IsDevelopment());
        if (settings.Redis is not { } address)
        {
            throw new StartupRefusedException(
                ExitCodes.WrongSettings, $"{SettingNames.PathOf(SettingNames.Redis)}: is missing; without it nothing has to be initialised.");
        }

        using var store = RedisClusterStore.Open(address);
        if (store.IsInitialized)
        {
            throw new StartupRefusedException(ExitCodes.CannotRun, $"The Redis at {address} holds a cluster already.");
        }

        await store.InitializeAsync(CancellationToken.None);
        await Console.Out.WriteLineAsync($"The Redis at {address} is initialised. Start the silos.");
    }
}
