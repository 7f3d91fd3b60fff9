using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions.Questions;

/// <summary>Makes of a question the command that a policy decides upon, or says why the exchange would not come that far.</summary>
public static class QuestionResolver
{
    /// <param name="policy">Knows services and issuers.</param>
    /// <param name="question">What is asked.</param>
    /// <param name="now">The time to judge by.</param>
    /// <param name="subject">A validated token in the place of the described one; null: there is none.</param>
    /// <param name="actor">The same of the actor.</param>
    /// <returns>Exactly one of the results is set.</returns>
    public static (ExchangeCommand? Command, Refusal? Refusal) Resolve(
        PolicySnapshot policy, Question question, DateTimeOffset now, ValidatedToken? subject = null, ValidatedToken? actor = null)
    {
        if (!policy.Services.TryGetValue(question.Client, out var client))
        {
            return Refuse(RefusalReason.ClientAuthenticationFailed, "No service of the policy has the client's name.");
        }

        if (!client.Grants.HasFlag(question.Grant))
        {
            return Refuse(RefusalReason.ClientNotAllowedGrant, $"'{client.Name}' may not use {question.Grant}.");
        }

        var targets = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var name in question.Targets)
        {
            if (!policy.TryFindByAudience(name, out var target) && !policy.TryFindByResource(name, out target))
            {
                return Refuse(RefusalReason.UnknownTarget, "No service of the policy has a target's name, audience or resource.");
            }

            targets.Add(target.Name);
        }

        var refusal = subject is null ? FindSubject(policy, question, client, now, out subject) : null;
        refusal ??= actor is null && question.Actor is { } described ? DescribedTokens.Read(described, policy, client, now, out actor) : null;
        return refusal is null ? (ToCommand(policy, question, client, [.. targets], subject!, actor), null) : (null, refusal);
    }

    private static Refusal? FindSubject(PolicySnapshot policy, Question question, Service client, DateTimeOffset now, out ValidatedToken? subject)
    {
        if (question.Grant == Grants.ClientCredentials)
        {
            subject = ClientSubject.Of(client, policy, default(TokenHandle));
            return null;
        }

        subject = null;
        return question.Subject is { } described
            ? DescribedTokens.Read(described, policy, client, now, out subject)
            : new Refusal(RefusalReason.MissingSubjectToken);
    }

    private static ExchangeCommand ToCommand(
        PolicySnapshot policy, Question question, Service client, ImmutableArray<string> targets, ValidatedToken subject, ValidatedToken? actor) => new()
        {
            Client = client.Name,
            Grant = question.Grant,
            Subject = subject,
            Actor = actor,
            Confirmation = question.KeyThumbprint is { } key ? Confirmation.OfKey(key) : null,
            CertificateThumbprint = question.CertificateThumbprint,
            Targets = targets,
            RequestedScope = question.Scope,
            RequestedDetails = question.AuthorizationDetails,
            RequestedTokenType = question.RequestedTokenType ?? (question.Grant == Grants.TokenExchange
                ? RequestedType.DefaultFor(policy.Services[targets[0]])
                : TokenTypeIdentifiers.AccessToken),
            Refresh = question.Refresh is { } refresh
                ? new RefreshFamily(default, refresh.StartedAt, refresh.Until, refresh.Scope) { AuthorizationDetails = refresh.AuthorizationDetails }
                : null,
        };

    private static (ExchangeCommand? Command, Refusal? Refusal) Refuse(RefusalReason reason, string detail) => (null, new Refusal(reason, detail));
}
