using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Tests.Configuration;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Orleans.Configuration;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Hosting;

public sealed class OrleansSetupTests
{
    [Fact]
    public async Task A_silo_alone_remembers_no_addresses_for_its_directory_is_here() =>
        Assert.Equal(GrainDirectoryOptions.CachingStrategyType.None, await DirectoryCacheOf());

    [Fact]
    public async Task A_silo_of_a_cluster_remembers_addresses() => Assert.Equal(
        GrainDirectoryOptions.CachingStrategyType.LRU,
        await DirectoryCacheOf(("PolicyFile", typeof(OrleansSetupTests).Assembly.Location), ("Redis", "127.0.0.1:6379"), ("KeyEncryptionKey", new string('A', 43) + "=")));

    private static async Task<GrainDirectoryOptions.CachingStrategyType> DirectoryCacheOf(params (string, string)[] settings)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.AddOrleansSilo(SiloSettingsReader.Read(TestConfiguration.Of(settings), isDevelopment: true));
        await using var app = builder.Build();
        return app.Services.GetRequiredService<IOptions<GrainDirectoryOptions>>().Value.CachingStrategy;
    }
}
