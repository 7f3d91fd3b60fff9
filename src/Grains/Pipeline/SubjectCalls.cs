using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Subjects;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Asks the grain of a subject, wherever in the cluster it is. The grain is where answers are kept, not where they become right: when it
/// can't be had, because its silo stops, has died, hangs, or is cut off from the store, or because Orleans fails, this silo decides by
/// itself. That costs a mint.
/// </summary>
internal sealed partial class SubjectCalls(IGrainFactory grains, SubjectExchange here, IClusterState state, ILogger logger)
{
    /// <returns>Null when newer state has arrived, under which it must be decided again.</returns>
    /// <exception cref="DependencyFailedException">The store gave no answer.</exception>
    public async Task<SubjectReply?> AskAsync(ExchangeCommand command, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<ISubjectGrain>(SubjectKey.Of(command.Subject.Root, snapshot.KeyRing.Secret));
        SubjectReply reply;
        try
        {
            reply = await grain.ExchangeAsync(new SubjectRequest { Command = command, Versions = snapshot.Versions }).WaitAsync(cancellationToken);
        }
        catch (Exception exception)
        {
            cancellationToken.ThrowIfCancellationRequested();

            // Whatever the reason: Orleans also fails to activate any grain after the wall clock was set back.
            DebugDecidedHere(exception);
            return await DecideHereAsync(command, snapshot);
        }

        return reply is SubjectReply.Stale ? await DecideHereAfterCatchingUpAsync(command, snapshot, cancellationToken) : reply;
    }

    /// <summary>The grain's silo stands elsewhere: ours may be the one that is behind.</summary>
    private async Task<SubjectReply?> DecideHereAfterCatchingUpAsync(
        ExchangeCommand command, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        await DependencyFailedException.GuardAsync(
            "store",
            async () =>
            {
                await state.CatchUpAsync(cancellationToken);
                return true;
            },
            cancellationToken);
        return state.IsCurrent(snapshot.Versions) ? await DecideHereAsync(command, snapshot) : null;
    }

    private async Task<SubjectReply> DecideHereAsync(ExchangeCommand command, ClusterSnapshot snapshot)
    {
        var (minted, refusal) = await here.DecideAsync(command, snapshot);
        return minted is null ? new SubjectReply.Refused { Refusal = refusal! } : minted.Answer();
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The grain of a subject can't be had; this silo decides by itself")]
    private partial void DebugDecidedHere(Exception exception);
}
