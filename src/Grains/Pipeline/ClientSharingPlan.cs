using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Tells a client its own part of the sharing plan, and nobody else's.</summary>
public sealed class ClientSharingPlan
{
    private readonly CurrentState current;

    internal ClientSharingPlan(CurrentState current) => this.current = current;

    /// <param name="credentials">Null when the caller presented none.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>To be disposed once it is handed over.</returns>
    public Task<Answer<PlanOf>> GetAsync(ClientCredentials? credentials, CancellationToken cancellationToken) =>
        current.AnswerClientAsync<PlanOf>(
            credentials, (client, snapshot) => new(new PlanOf(client.Name, snapshot.Policy)), cancellationToken);
}

/// <param name="Client">The authenticated client.</param>
/// <param name="Policy">Holds the plan.</param>
public sealed record PlanOf(string Client, PolicySnapshot Policy);
