namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>How the key sets of trusted issuers and of clients are fetched and kept.</summary>
public sealed class TrustedIssuerOptions
{
    /// <summary>Files that the policy names relatively are looked up here: the folder of the policy file.</summary>
    public string PolicyDirectory { get; set; } = ".";

    /// <summary>Longest time for one fetch, discovery document and key set together. Positive; default 5 s.</summary>
    public TimeSpan Timeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Longest document in bytes, as it travels: compressed ones are refused. Positive; default 512 KiB.</summary>
    public int MaxDocumentBytes { get; set; } = 512 * 1024;

    /// <summary>How often a source is read without being asked. Positive; default 10 min.</summary>
    public TimeSpan RefreshInterval { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// A little less than the interval: for so long no other silo reads the source because its own interval is over. One that was
    /// refused its turn looks again after the difference.
    /// </summary>
    public TimeSpan RefreshTurn => RefreshInterval * 0.9;

    /// <summary>
    /// How long a key set is used after its source last confirmed it. Longer than <see cref="RefreshInterval"/>; default
    /// 24 h. An unchanged set is confirmed to the cluster at half of it, so an outage is bridged for 12 to 24 h.
    /// </summary>
    public TimeSpan MaxAge { get; set; } = TimeSpan.FromHours(24);

    /// <summary>An unknown key id causes at most one fetch in this time, per issuer or client. Positive; default 30 s.</summary>
    public TimeSpan UnknownKeyInterval { get; set; } = TimeSpan.FromSeconds(30);
}
