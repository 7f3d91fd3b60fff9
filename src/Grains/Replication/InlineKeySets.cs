using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Replication;

/// <summary>Client key sets that stand in the policy itself: as fresh as the policy, whatever their age.</summary>
internal static class InlineKeySets
{
    public static Dictionary<string, KeySet> Of(PolicySnapshot policy, DateTimeOffset now) =>
        policy.Services.Values
            .Where(service => service.Credentials.KeySet?.Inline is not null)
            .ToDictionary(
                service => service.Name,
                service => KeySetReader.Read(service.Credentials.KeySet!.Inline!, now, TimeSpan.MaxValue),
                StringComparer.Ordinal);
}
