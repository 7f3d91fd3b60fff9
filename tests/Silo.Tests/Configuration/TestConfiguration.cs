using ExchangeCluster.Silo.Configuration;
using Microsoft.Extensions.Configuration;

namespace ExchangeCluster.Silo.Tests.Configuration;

/// <summary>Settings by their short names.</summary>
internal static class TestConfiguration
{
    public static IConfiguration Of(params (string Name, string Value)[] settings) =>
        new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(SettingNames.PathOf(setting.Name), (string?)setting.Value)))
            .Build();
}
