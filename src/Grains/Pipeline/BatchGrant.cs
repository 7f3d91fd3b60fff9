using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Batch exchange: the tokens that the request presents are validated once, then every item is an exchange like any other.
/// </summary>
internal sealed class BatchGrant(ExchangeGrant exchange)
{
    /// <summary>
    /// One step for each item, the command or why there is none; or a refusal, or that newer state has arrived, for all.
    /// </summary>
    public async ValueTask<Step<Commands>> ToCommandsAsync(
        ExchangeRun run, TokenRequest.Batch batch, Service client, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        ExchangeCommand? validated = null;
        var steps = ImmutableArray.CreateBuilder<Step<ExchangeCommand>>(batch.Items.Length);
        foreach (var item in batch.Items)
        {
            var targets = TargetResolver.Resolve(item.Audiences, item.Resources, snapshot.Policy);
            if (targets.Value is null)
            {
                steps.Add(new Step<ExchangeCommand>(null, targets.Refusal));
                continue;
            }

            if (validated is null)
            {
                var first = await exchange.ToCommandAsync(run, item, client, snapshot, cancellationToken);
                if (first.Value is null)
                {
                    // The target is known, so it is the presented tokens that are at fault, and for all items alike.
                    return new Step<Commands>(null, first.Refusal);
                }

                validated = first.Value;
            }

            steps.Add(validated with
            {
                Targets = [.. targets.Value],
                RequestedScope = item.Scope,
                RequestedDetails = item.AuthorizationDetails,
                RequestedTokenType = ExchangeGrant.RequestedTypeOf(item, [.. targets.Value], snapshot.Policy),
            });
        }

        return new Commands(steps.ToImmutable());
    }

    internal sealed record Commands(ImmutableArray<Step<ExchangeCommand>> Steps);
}
