using ExchangeCluster.Silo.Hosting;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Hosting;

public sealed class InlineSocketsTests : IDisposable
{
    /// <summary>As the runtime spells it.</summary>
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    private readonly string? before = Environment.GetEnvironmentVariable(Variable);

    [Theory]
    [InlineData(null, "1")]
    [InlineData("0", "0")]
    [InlineData("1", "1")]
    public void Are_preferred_unless_the_environment_says_otherwise(string? set, string expected)
    {
        Environment.SetEnvironmentVariable(Variable, set);

        InlineSockets.Prefer();

        Assert.Equal(expected, Environment.GetEnvironmentVariable(Variable));
    }

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, before);
}
