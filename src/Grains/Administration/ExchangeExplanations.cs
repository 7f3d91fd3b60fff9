using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Decisions.Explaining;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Administration;

/// <summary>
/// Explains to administrators what would become of an exchange: tokens pass the checks of the pipeline, the rules are those of the
/// decider, and nothing is minted, spent or kept.
/// </summary>
public sealed class ExchangeExplanations
{
    private readonly Management management;
    private readonly SubjectTokenGate tokens;
    private readonly PastDecisions decisions;
    private readonly IGrainFactory grains;
    private readonly TimeProvider time;

    internal ExchangeExplanations(Management management, SubjectTokenGate tokens, PastDecisions decisions, IGrainFactory grains, TimeProvider time)
    {
        (this.management, this.tokens, this.decisions) = (management, tokens, decisions);
        (this.grains, this.time) = (grains, time);
    }

    /// <param name="bearer">The access token of the administrator; null when none was presented.</param>
    /// <param name="request">Null when it could not be read: then only the caller is judged.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>To be disposed once it is handed over. A value without explanation and refusal: there is no such past decision.</returns>
    public Task<Answer<ExplainedExchange>> ExplainAsync(SensitiveText? bearer, ExplainRequest? request, CancellationToken cancellationToken)
    {
        var run = new ExchangeRun(null, null, null, new TokenRequest.OwnToken { Audiences = [], Resources = [], Scope = null });
        return management.AnswerStepAsync(
            bearer,
            async snapshot => request switch
            {
                ExplainRequest.Past past => await ExplainPastAsync(past.Id, snapshot, cancellationToken),
                ExplainRequest.Exchange exchange => await ExplainAsync(run, exchange, snapshot, cancellationToken),
                _ => new ExplainedExchange { PolicyRevision = snapshot.Policy.Revision },
            },
            cancellationToken);
    }

    private async Task<Step<ExplainedExchange>> ExplainPastAsync(string id, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var past = await decisions.FindAsync(id, cancellationToken);
        if (past?.Question is not { } json || QuestionReader.Read(json).Question is not { } question)
        {
            return new ExplainedExchange { PolicyRevision = snapshot.Policy.Revision, Past = past };
        }

        return Explain(question, question.At ?? time.GetUtcNow(), null, null, snapshot) with { Past = past };
    }

    private async Task<Step<ExplainedExchange>> ExplainAsync(
        ExchangeRun run, ExplainRequest.Exchange request, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        ValidatedToken? subject = null, actor = null;
        if (request.SubjectToken is { } presented)
        {
            var form = new TokenExchangeRequest
            {
                SubjectToken = presented.Text,
                SubjectTokenType = presented.Type,
                ActorToken = request.ActorToken?.Text,
                ActorTokenType = request.ActorToken?.Type,
                Audiences = request.Asked.Targets,
                Resources = [],
                Scope = null,
                RequestedTokenType = null,
            };
            var step = await tokens.ValidateAsync(run, form, snapshot, cancellationToken);
            if (step.Value is not null && request.ActorToken is not null)
            {
                subject = step.Value;
                step = await tokens.ValidateActorAsync(run, form, snapshot, cancellationToken);
                actor = step.Value;
            }

            subject ??= step.Value;
            if (step.Value is null)
            {
                return step.Refusal is { } refusal
                    ? new ExplainedExchange { PolicyRevision = snapshot.Policy.Revision, Refusal = refusal }
                    : Step<ExplainedExchange>.Again;
            }
        }

        var explained = Explain(request.Asked, time.GetUtcNow(), subject, actor, snapshot);
        return subject is null || explained.Explanation is null
            ? explained
            : explained with { Remembered = await RememberedAsync(request.Asked, subject, snapshot, cancellationToken) };
    }

    private static ExplainedExchange Explain(
        Question question, DateTimeOffset at, ValidatedToken? subject, ValidatedToken? actor, ClusterSnapshot snapshot)
    {
        var (command, refusal) = QuestionResolver.Resolve(snapshot.Policy, question, at, subject, actor);
        if (snapshot.Revocations.IsBlocked(RevocationTarget.Client(question.Client)))
        {
            (command, refusal) = (null, new Refusal(RefusalReason.ClientAuthenticationFailed, "The client is blocked."));
        }

        var explained = new ExplainedExchange { PolicyRevision = snapshot.Policy.Revision, Refusal = refusal };
        if (command is null)
        {
            return explained;
        }

        var explanation = Explainer.Explain(snapshot.Policy, command, at);
        var isBlocked = command.Targets.Any(target => snapshot.Revocations.IsBlocked(RevocationTarget.Edge(command.Client, target)));
        return explained with
        {
            Explanation = isBlocked
                ? explanation with { Verdict = new Decision(new Refusal(RefusalReason.TargetNotAllowed, "The edge is blocked.")) }
                : explanation,
        };
    }

    private async Task<ImmutableArray<RuleUse>> RememberedAsync(
        Question question, ValidatedToken subject, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var targets = TargetResolver.Resolve(question.Targets, [], snapshot.Policy).Value ?? [];
        var grain = grains.GetGrain<ISubjectGrain>(SubjectKey.OfGrain(subject.Root, snapshot.KeyRing.Secret));
        var uses = await DependencyFailedException.GuardAsync(
            "grain of the subject", () => grain.GetRuleStateAsync().WaitAsync(cancellationToken), cancellationToken);
        return [.. uses.Where(use => use.Client == question.Client && targets.SetEquals(use.Targets) && use.ExpiresAt > time.GetUtcNow())];
    }
}
