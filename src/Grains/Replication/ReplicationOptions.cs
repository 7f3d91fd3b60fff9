using Microsoft.Extensions.Options;

namespace ExchangeCluster.Grains.Replication;

public sealed class ReplicationOptions
{
    /// <summary>
    /// How long a silo may answer after its last confirmation was sent. Longer rides out store blips, and makes a writer wait
    /// as much longer for a dead silo. 1 s to 1 min; default 3 s.
    /// </summary>
    public TimeSpan Fence { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>Time between confirmations; at most half the fence. Default 500 ms.</summary>
    public TimeSpan ConfirmEvery { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Creates the logs of an empty store at start. Only for a store of one process.</summary>
    public bool InitializeStore { get; set; }

    /// <summary>A registration without confirmation for longer is dropped: fence plus margin.</summary>
    public TimeSpan DropAfter => LeaseIsOverAfter;

    /// <summary>
    /// So long after a store operation, no silo answers under a confirmation that was sent before it: fence plus margin.
    /// </summary>
    internal TimeSpan LeaseIsOverAfter => Fence * 1.2;
}

/// <summary>Names every option that is out of bounds.</summary>
internal sealed class ReplicationOptionsValidator : IValidateOptions<ReplicationOptions>
{
    public ValidateOptionsResult Validate(string? name, ReplicationOptions options)
    {
        var mistakes = new List<string>();
        if (options.Fence < TimeSpan.FromSeconds(1) || options.Fence > TimeSpan.FromMinutes(1))
        {
            mistakes.Add($"{nameof(options.Fence)} is {options.Fence}, expected 1 s to 1 min.");
        }

        if (options.ConfirmEvery <= TimeSpan.Zero || options.ConfirmEvery > options.Fence / 2)
        {
            mistakes.Add($"{nameof(options.ConfirmEvery)} is {options.ConfirmEvery}, expected more than 0 and at most half of {nameof(options.Fence)}.");
        }

        return mistakes.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(mistakes);
    }
}
