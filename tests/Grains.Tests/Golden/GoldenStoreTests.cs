using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Tests.Replication;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Golden;

/// <summary>A store as an earlier release has left it.</summary>
public sealed class GoldenStoreTests
{
    private const string File = "store.json";

    [Fact]
    public async Task Fault_F19_Forgets_nothing_of_what_an_earlier_release_has_stored()
    {
        if (GoldenFile.IsToBeWritten(File))
        {
            (await StoreRecording.MakeAsync()).Write(GoldenFile.PathOf(File));
        }

        var image = StoreImage.Read(GoldenFile.PathOf(File));
        var clock = new SplitClock();
        await using var silo = await new TestSilo(new ImageStore(image, clock), KeyEncryptionKey.FromBase64(image.Key), clock).LoadAsync();

        Assert.NotEmpty(image.Lines);
        Assert.Empty(image.Lines.Except(await StoreRecording.DescribeAsync(silo, image), StringComparer.Ordinal));
    }
}
