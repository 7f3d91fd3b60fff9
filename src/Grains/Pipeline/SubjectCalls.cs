using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Subjects;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Asks the grain of a subject, wherever in the cluster it is. When its silo stops or dies the call is rejected until the others have
/// noticed, so it is tried again for most of a second; to mint twice costs a mint.
/// </summary>
internal sealed class SubjectCalls(IGrainFactory grains, TimeProvider time)
{
    private const int MaxAttempts = 5;
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    /// <exception cref="DependencyFailedException">It gave no answer.</exception>
    public async Task<SubjectReply> AskAsync(ExchangeCommand command, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<ISubjectGrain>(SubjectKey.Of(command.Subject.Root, snapshot.KeyRing.Secret));
        var request = new SubjectRequest { Command = command, Versions = snapshot.Versions };
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await grain.ExchangeAsync(request).WaitAsync(cancellationToken);
            }
            catch (OrleansMessageRejectionException) when (attempt < MaxAttempts)
            {
                await Task.Delay(FirstPause * (1 << (attempt - 1)), time, cancellationToken);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException)
            {
                throw new DependencyFailedException("grain of the subject", exception);
            }
        }
    }
}
