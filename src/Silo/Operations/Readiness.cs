using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.TrustedIssuers;

namespace ExchangeCluster.Silo.Operations;

/// <summary>Whether this silo can answer exchanges, and if not, why.</summary>
internal sealed class Readiness(
    IClusterState state, ISiloStatusOracle silo, IHostApplicationLifetime lifetime, TimeProvider time)
{
    public bool IsStarted => lifetime.ApplicationStarted.IsCancellationRequested;

    /// <summary>
    /// An issuer without keys is only a warning as long as another one has some: one partner's outage must not take the
    /// service from all the others.
    /// </summary>
    public ReadinessReport Report()
    {
        var reasons = new List<string>();
        if (lifetime.ApplicationStopping.IsCancellationRequested)
        {
            reasons.Add("The silo is shutting down.");
        }

        if (silo.CurrentStatus != SiloStatus.Active)
        {
            reasons.Add($"The silo is not active but {silo.CurrentStatus}.");
        }

        if (state.Current is not { } snapshot)
        {
            reasons.AddRange(state.NotReadyReasons);
            return new ReadinessReport(IsReady: false, reasons);
        }

        string[] withoutKeys = [.. snapshot.Policy.TrustedIssuers.Keys.Where(issuer => !HasKeys(snapshot, issuer)).Order(StringComparer.Ordinal)];
        var isReady = reasons.Count == 0 && (withoutKeys.Length == 0 || withoutKeys.Length < snapshot.Policy.TrustedIssuers.Count);
        reasons.AddRange(withoutKeys.Select(issuer => $"No usable keys of the trusted issuer {issuer}."));
        return new ReadinessReport(isReady, reasons);
    }

    private bool HasKeys(ClusterSnapshot snapshot, string issuer) =>
        KeySetOwner.Issuer(issuer).HeldBy(snapshot, time.GetUtcNow()) is { Keys.Length: > 0 };
}

/// <param name="IsReady">True when exchanges are answered.</param>
/// <param name="Reasons">Why not; or, while ready, what is amiss all the same.</param>
internal sealed record ReadinessReport(bool IsReady, IReadOnlyList<string> Reasons);
