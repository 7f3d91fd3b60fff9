using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>The members that go with <c>insufficient_user_authentication</c> (RFC 9470 section 3).</summary>
internal static class StepUpReader
{
    /// <returns>Null when there is neither.</returns>
    public static StepUp? Read(string? acrValues, long? maxAgeSeconds) => acrValues is null && maxAgeSeconds is null
        ? null
        : new StepUp([.. (acrValues ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries)], maxAgeSeconds);
}
