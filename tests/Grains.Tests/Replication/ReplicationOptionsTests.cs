using ExchangeCluster.Grains.Replication;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Replication;

public sealed class ReplicationOptionsTests
{
    [Fact]
    public void Accepts_the_defaults() => Assert.Equal(TimeSpan.FromSeconds(3), Read(_ => { }).Fence);

    [Fact]
    public void Refuses_every_option_out_of_bounds_at_once()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Read(options =>
        {
            options.Fence = TimeSpan.FromMilliseconds(999);
            options.ConfirmEvery = TimeSpan.Zero;
        }));

        Assert.Equal(2, refused.Failures.Count());
    }

    [Theory]
    [InlineData(61_000, 500)]
    [InlineData(3_000, 1_501)]
    [InlineData(3_000, -1)]
    public void Refuses_what_would_not_keep_the_lease(int fenceMs, int confirmEveryMs)
    {
        Assert.Throws<OptionsValidationException>(() => Read(options =>
        {
            options.Fence = TimeSpan.FromMilliseconds(fenceMs);
            options.ConfirmEvery = TimeSpan.FromMilliseconds(confirmEveryMs);
        }));
    }

    private static ReplicationOptions Read(Action<ReplicationOptions> configure)
    {
        using var services = new ServiceCollection().AddReplication(configure).BuildServiceProvider();
        return services.GetRequiredService<IOptions<ReplicationOptions>>().Value;
    }
}
