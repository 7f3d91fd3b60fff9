using ExchangeCluster.Grains.Tests.Subjects.Wire;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Golden;

/// <summary>Messages between silos, as an earlier release sends them. A first line of base64, then every value that is in it.</summary>
public sealed class GoldenMessageTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<string, object> Messages => WireSamples.All;

    [Theory]
    [MemberData(nameof(Messages))]
    public void Fault_F18_Understands_a_message_of_an_earlier_release(string name, object message)
    {
        var serializer = Services.GetRequiredService<Serializer<object>>();
        var file = $"Messages/{name}.txt";
        if (GoldenFile.IsToBeWritten(file))
        {
            File.WriteAllLines(
                GoldenFile.PathOf(file), [Convert.ToBase64String(serializer.SerializeToArray(message)), .. ObjectGraph.Lines(message, name)]);
        }

        var lines = File.ReadAllLines(GoldenFile.PathOf(file));
        var understood = ObjectGraph.Lines(serializer.Deserialize(Convert.FromBase64String(lines[0])), name);

        // Members that came since have their defaults; none of the old ones has gone.
        Assert.Empty(lines.Skip(1).Except(understood, StringComparer.Ordinal));
        Assert.IsType(message.GetType(), serializer.Deserialize(Convert.FromBase64String(lines[0])));
    }
}
