using ExchangeCluster.Grains.Peers;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Tests.Simulation;

/// <summary>The other silos, as membership makes one silo believe, each over a link of its own.</summary>
internal sealed class SimPeers(World world, SimSilo silo, Func<SimSilo, IEnumerable<SimSilo>> others, Flaw flaw) : IReplicaPeers
{
    /// <summary>Orleans gives up later, and lets a call to a silo that it believes dead fail at once.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<SimSilo, Link> links = [];

    public Task<int> ConfirmAsync(IReadOnlySet<string> awaited, TimeSpan patience, CancellationToken cancellationToken) => flaw switch
    {
        Flaw.AnswersUnread => Task.FromResult(awaited.Count),
        _ => new PeerRounds<SimSilo>(() => others(silo), AskAsync, silo.Process.Clock)
            .RunAsync(awaited, flaw == Flaw.NoLease ? TimeSpan.FromMilliseconds(100) : patience, cancellationToken),
    };

    private async Task<string?> AskAsync(SimSilo other)
    {
        if (!links.TryGetValue(other, out var link))
        {
            links[other] = link = new Link(world, silo.Process, other.Process) { Patience = Patience };
        }

        link.LostRequests = link.LostReplies = silo.IsCutFrom(other) ? 100 : 0;
        try
        {
            return await link.CallAsync(other.Answer.ConfirmAsync);
        }
        catch (TimeoutException)
        {
            return null;
        }
    }
}
