using System.Runtime.CompilerServices;
using ExchangeCluster.Domain.Policies.Configuration;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies;

/// <summary>Run with the environment variable UPDATE_POLICY_SCHEMA=1 to write the file anew.</summary>
public sealed class PolicySchemaTests
{
    [Fact]
    public void Is_current_for_editors()
    {
        var file = Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../../docs/policy-schema.json");
        if (Environment.GetEnvironmentVariable("UPDATE_POLICY_SCHEMA") == "1")
        {
            File.WriteAllText(file, PolicySchema.Generate());
        }

        Assert.Equal(File.ReadAllText(file), PolicySchema.Generate());
    }

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
