using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Token exchange (RFC 8693 section 2.1): the targets that the request names, and the tokens it presents.</summary>
internal sealed class ExchangeGrant(SubjectTokenGate subjectTokens)
{
    public async ValueTask<Step<ExchangeCommand>> ToCommandAsync(
        ExchangeRun run, TokenExchangeRequest request, Service client, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var targets = TargetResolver.Resolve(request.Audiences, request.Resources, snapshot.Policy);
        if (targets.Value is null)
        {
            return new Step<ExchangeCommand>(null, targets.Refusal);
        }

        var subject = await subjectTokens.ValidateAsync(run, request, snapshot, cancellationToken);
        if (subject.Value is null)
        {
            return new Step<ExchangeCommand>(null, subject.Refusal);
        }

        var actor = await subjectTokens.ValidateActorAsync(run, request, snapshot, cancellationToken);
        if (actor.Value is null && request.ActorToken is not null)
        {
            return new Step<ExchangeCommand>(null, actor.Refusal);
        }

        ImmutableArray<string> names = [.. targets.Value];
        return new ExchangeCommand
        {
            Client = client.Name,
            Subject = subject.Value,
            Actor = actor.Value,
            Confirmation = run.Confirmation,
            CertificateThumbprint = run.CertificateThumbprint,
            Targets = names,
            RequestedScope = request.Scope,
            RequestedDetails = request.AuthorizationDetails,
            RequestedTokenType = RequestedTypeOf(request, names, snapshot.Policy),
        };
    }

    /// <summary>What the request names, else what is issued for its targets by default.</summary>
    public static string RequestedTypeOf(TokenExchangeRequest request, ImmutableArray<string> targets, PolicySnapshot policy) =>
        request.RequestedTokenType ?? RequestedType.DefaultFor(policy.Services[targets[0]]);
}
