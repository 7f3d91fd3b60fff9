using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Subjects;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Asks the grain of a subject, wherever in the cluster it is.</summary>
internal sealed class SubjectCalls(IGrainFactory grains)
{
    /// <exception cref="DependencyFailedException">It gave no answer.</exception>
    public async Task<SubjectReply> AskAsync(ExchangeCommand command, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var grain = grains.GetGrain<ISubjectGrain>(SubjectKey.Of(command.Subject.Root, snapshot.KeyRing.Secret));
        var request = new SubjectRequest { Command = command, Versions = snapshot.Versions };
        try
        {
            return await CallAsync();
        }
        catch (Exception exception) when (exception is OrleansException or TimeoutException)
        {
            throw new DependencyFailedException("grain of the subject", exception);
        }

        async Task<SubjectReply> CallAsync()
        {
            try
            {
                return await grain.ExchangeAsync(request).WaitAsync(cancellationToken);
            }
            catch (SiloUnavailableException)
            {
                // Its silo has stopped or died, and the next one takes over. To mint twice costs a mint.
                return await grain.ExchangeAsync(request).WaitAsync(cancellationToken);
            }
        }
    }
}
