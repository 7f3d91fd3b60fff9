using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Lets known clients through: authenticates, refreshes a client's keys at most once, spends its assertion, counts failures.</summary>
internal sealed class ClientGate(IKeySetRefresher keySets, ISpentOnce spentOnce, FailureLimit failures, TimeProvider time)
{
    /// <summary>Namespace of client assertions among the things that may be used once.</summary>
    private const string AssertionKind = "client-assertion";

    public async ValueTask<Step<Service>> AuthenticateAsync(
        ClientRun run, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (run.Credentials is null)
        {
            return new Refusal(RefusalReason.ClientAuthenticationMissing);
        }

        var outcome = ClientAuthenticator.Authenticate(
            run.Credentials, snapshot.Policy, snapshot.ClientKeys, time.GetUtcNow());
        if (outcome.RefreshClient is { } stale && !run.ClientKeysRefreshed)
        {
            run.ClientKeysRefreshed = true;
            if (await RefreshAsync(stale, cancellationToken))
            {
                return Step<Service>.Again;
            }
        }

        if (outcome is not { Client: { } client })
        {
            var refusal = outcome.Refusal ?? throw new InvalidOperationException("No client and no refusal.");
            run.FailurePermitted ??= failures.TryCount(outcome.Claimed);
            return run.FailurePermitted.Value ? refusal : refusal with { Reason = RefusalReason.ClientAuthenticationFailedTooOften };
        }

        if (snapshot.Revocations.IsBlocked(RevocationTarget.Client(client.Name)))
        {
            return new Refusal(RefusalReason.ClientAuthenticationFailed, "The client is blocked.");
        }

        // After the signature held, so that a forged assertion can't burn the id of a true one.
        if (outcome.Spend is { } assertion && assertion != run.Spent)
        {
            if (!await SpendAsync(assertion, cancellationToken))
            {
                return new Refusal(RefusalReason.ClientAuthenticationFailed, "The assertion was used before.");
            }

            run.Spent = assertion;
        }

        return client;
    }

    private Task<bool> RefreshAsync(string client, CancellationToken cancellationToken) => DependencyFailedException.GuardAsync(
        "source of client keys", () => keySets.RefreshClientAsync(client, cancellationToken), cancellationToken);

    private Task<bool> SpendAsync(AssertionId assertion, CancellationToken cancellationToken) =>
        DependencyFailedException.GuardAsync(
            "store",
            () => spentOnce.TrySpendAsync(
                AssertionKind, assertion.ClientId, assertion.Jti, assertion.Until, cancellationToken),
            cancellationToken);
}
