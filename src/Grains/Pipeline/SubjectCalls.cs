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
    /// <summary>What every reference to such a grain has in common: Orleans finds it out by reflection, each time that it is asked by a type.</summary>
    private GrainKind? kind;

    /// <returns>Null when newer state has arrived, under which it must be decided again.</returns>
    /// <exception cref="DependencyFailedException">The store gave no answer.</exception>
    public async Task<SubjectReply?> AskAsync(ExchangeCommand command, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var grain = GrainOf(SubjectKey.OfGrain(command.Subject.Root, snapshot.KeyRing.Secret));
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

    private ISubjectGrain GrainOf(string key)
    {
        if (kind is { } known)
        {
            return (ISubjectGrain)grains.GetGrain(GrainId.Create(known.Type, key), known.Interface);
        }

        var grain = grains.GetGrain<ISubjectGrain>(key);
        kind = new GrainKind(grain.GetGrainId().Type, ((GrainReference)grain).InterfaceType);
        return grain;
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
        return minted is null ? new SubjectReply.Refused { Refusal = refusal! } : minted.ToReply();
    }

    private sealed record GrainKind(GrainType Type, GrainInterfaceType Interface);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The grain of a subject can't be had; this silo decides by itself")]
    private partial void DebugDecidedHere(Exception exception);
}
