using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Operations;
using ExchangeCluster.Silo.Tests.Configuration;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Operations;

public sealed class BannerTests
{
    [Fact]
    public void Prints_two_commands_of_one_line_each_in_the_demo_and_the_data_directory()
    {
        var settings = SiloSettingsReader.Read(TestConfiguration.Of(), isDevelopment: true);
        string[] lines = [.. Banner.Lines(settings)];
        string[] commands = [.. lines.Where(line => line.Contains("curl", StringComparison.Ordinal))];
        Assert.Equal(2, commands.Length);
        Assert.StartsWith("SUBJECT_TOKEN=$(curl ", commands[0], StringComparison.Ordinal);
        Assert.Contains("$SUBJECT_TOKEN", commands[1], StringComparison.Ordinal);
        Assert.Single(lines, line => line.Contains(settings.DataDirectory, StringComparison.Ordinal));
    }

    [Fact]
    public void Prints_neither_commands_nor_secrets_outside_the_demo()
    {
        var policyFile = Path.GetTempFileName();
        var settings = SiloSettingsReader.Read(
            TestConfiguration.Of(("PolicyFile", policyFile), ("KeyEncryptionKey", new string('A', 43) + "=")), isDevelopment: true);
        File.Delete(policyFile);
        Assert.DoesNotContain(Banner.Lines(settings), line =>
            line.Contains("curl", StringComparison.Ordinal) || line.Contains("secret", StringComparison.Ordinal) || line.Contains("AAAA", StringComparison.Ordinal));
    }
}
