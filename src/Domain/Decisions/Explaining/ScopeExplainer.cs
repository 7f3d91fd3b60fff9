using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions.Explaining;

/// <summary>Says of each scope what grants it, or which ceiling keeps it back.</summary>
internal static class ScopeExplainer
{
    public static ImmutableArray<ScopeExplanation> Explain(Service client, ExchangeCommand command, AcceptRule[] rules)
    {
        var requested = command.RequestedScope is { IsEmpty: false } named ? named : null;
        return
        [
            .. rules.SelectMany(rule => rule.Scopes.Values.Concat(rule.Elevate.Keys))
                .Concat(requested?.Values ?? [])
                .Distinct(StringComparer.Ordinal)
                .Order(StringComparer.Ordinal)
                .Select(scope => Explain(client, command, rules, scope, isWanted: requested?.Contains(scope) != false)),
        ];
    }

    private static ScopeExplanation Explain(Service client, ExchangeCommand command, AcceptRule[] rules, string scope, bool isWanted)
    {
        if (!ScopeGrant.IsGranted(client, command, rules, scope))
        {
            var (source, text) = WhyNot(client, command, rules, scope);
            return new ScopeExplanation(scope, false, source, text);
        }

        if (!isWanted)
        {
            return new ScopeExplanation(scope, false, ScopeSource.NotRequested, "could be granted, but the request names other scopes");
        }

        return Array.Find(rules, rule => !ScopeGrant.Passes(rule, client, command.Subject, scope)) is { } elevating
            ? new ScopeExplanation(scope, true, ScopeSource.Elevated, $"{elevating.Name} elevates the holder of '{elevating.Elevate[scope]}' to it")
            : new ScopeExplanation(scope, true, ScopeSource.Passed, "subject token, client and rule all have it");
    }

    private static (ScopeSource Source, string Text) WhyNot(Service client, ExchangeCommand command, AcceptRule[] rules, string scope)
    {
        if (command.Refresh is { } refresh && !refresh.Scope.Contains(scope))
        {
            return (ScopeSource.RefreshToken, "was not granted when the refresh token was issued");
        }

        var subject = command.Subject;
        var rule = Array.Find(rules, rule => !ScopeGrant.Passes(rule, client, subject, scope) && !ScopeGrant.IsElevated(rule, client, subject, scope))!;
        if (rule.Elevate.TryGetValue(scope, out var needed))
        {
            return !subject.Scope.Contains(needed) ? (ScopeSource.Subject, $"{rule.Name} elevates only a holder of '{needed}', which the subject token lacks")
                : !client.Scopes.Contains(needed) ? (ScopeSource.Client, $"{rule.Name} elevates only a holder of '{needed}', which '{client.Name}' may not pass on: it is not among its scopes")
                : (ScopeSource.Through, $"{rule.Name} elevates a holder of '{needed}', but that was itself elevated by a service that the rule's through does not name");
        }

        return !rule.Scopes.Contains(scope) ? (ScopeSource.Rule, $"{rule.Name} does not name it")
            : !subject.Scope.Contains(scope) ? (ScopeSource.Subject, "the subject token lacks it")
            : (ScopeSource.Client, $"'{client.Name}' may not pass it on: it is not among its scopes");
    }
}
