namespace ExchangeCluster.Grains.Replication;

public sealed class ReplicationOptions
{
    /// <summary>
    /// How long a silo may answer after its last confirmation was sent. Longer rides out store blips, and makes a writer wait
    /// as much longer for a dead silo. 1 s to 1 min; default 3 s.
    /// </summary>
    public TimeSpan Fence { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time between confirmations; less than half the fence. Default 500 ms.</summary>
    public TimeSpan ConfirmEvery { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Creates the logs of an empty store at start. Only for a store of one process.</summary>
    public bool InitializeStore { get; set; }

    /// <summary>A registration without confirmation for longer is dropped: fence plus margin.</summary>
    internal TimeSpan DropAfter => Fence * 1.2;

    /// <summary>Every mistake, empty when there is none.</summary>
    public IEnumerable<string> Mistakes()
    {
        if (Fence < TimeSpan.FromSeconds(1) || Fence > TimeSpan.FromMinutes(1))
        {
            yield return $"{nameof(Fence)}: must be between 1 s and 1 min.";
        }

        if (ConfirmEvery <= TimeSpan.Zero || ConfirmEvery > Fence / 2)
        {
            yield return $"{nameof(ConfirmEvery)}: must be positive and at most half of {nameof(Fence)}.";
        }
    }
}
