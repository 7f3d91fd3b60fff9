using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

internal static class SiloPolicy
{
    /// <summary>Changes the policy file of a running silo and has it looked at now.</summary>
    public static async Task PublishAsync(this SiloFixture silo, string policy)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(silo.PolicyFile, policy, cancellationToken);
        await silo.ReloadPolicyAsync(cancellationToken);
    }
}
