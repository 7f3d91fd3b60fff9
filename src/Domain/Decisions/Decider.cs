using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>The rules: pure, (policy snapshot, command, now) → decision.</summary>
public static class Decider
{
    /// <summary>
    /// 1. may this client use these tokens, 2. which rule speaks for each target, 3. what scope and details all of them grant,
    /// 4. who the subject is, who acts and which claims pass, 5. until when, 6. who else may
    /// receive just this token.
    /// </summary>
    public static Decision Decide(PolicySnapshot policy, ExchangeCommand command, DateTimeOffset now)
    {
        var client = policy.Services[command.Client];
        if ((SubjectEntitlement.Check(policy, client, command) ?? ActorEntitlement.Check(policy, client, command)) is { } notEntitled)
        {
            return new Decision(notEntitled);
        }

        if (!Descent.Fits(command))
        {
            return new Decision(new Refusal(RefusalReason.SubjectTokenChainTooLong));
        }

        if (RuleMatch.FindAll(policy, command, now, out var rules) is { } noRule)
        {
            return new Decision(noRule);
        }

        if (!Combination.IsPossible(policy, rules))
        {
            return new Decision(new Refusal(RefusalReason.TargetsDoNotCombine, string.Join(", ", rules.Select(rule => rule.Name))));
        }

        if (Binding.Resolve(policy, command, rules, out var binding) is { } bound)
        {
            return new Decision(bound);
        }

        if (RequestedType.Check(policy, command, out var format) is { } otherType)
        {
            return new Decision(otherType);
        }

        if (Refreshing.Check(command, rules, now, out var refreshUntil) is { } noRefresh)
        {
            return new Decision(noRefresh);
        }

        if (ScopeGrant.Compute(client, command, rules, out var scope) is { } noScope)
        {
            return new Decision(noScope);
        }

        if (DetailsGrant.Compute(command, rules, out var details) is { } noDetails)
        {
            return new Decision(noDetails);
        }

        if (ElevationRecord.Of(client, command, rules, scope!, out var elevations) is { } tooMany)
        {
            return new Decision(tooMany);
        }

        if (SubjectName.Resolve(policy, command.Subject, rules[0].PairwiseSubject, out var subject) is { } noSubject)
        {
            return new Decision(noSubject);
        }

        if (rules[0].PairwiseSubject && command.Actor is { } actor && ActorMatch.IsSubject(command, actor))
        {
            return new Decision(new Refusal(RefusalReason.ActorNotAllowed, "act would tell whom the pairwise sub hides."));
        }

        if (ActorChain.Extend(policy, command, out var act) is { } tooDeep)
        {
            return new Decision(tooDeep);
        }

        var expiresAt = Expiry.Of(policy, format, refreshUntil, command, rules, now, out var expiresBy);
        if (expiresAt <= now)
        {
            return new Decision(new Refusal(RefusalReason.SubjectTokenExpired));
        }

        var granted = new Decision.Granted
        {
            Rules = rules is [var only] ? only.Names : [.. rules.Select(rule => rule.Name)],
            Format = format,
            Audiences = AudiencesOf(policy, command.Targets),
            Scope = scope!,
            AuthorizationDetails = details,
            Elevations = elevations,
            Binding = binding,
            Subject = subject,
            Claims = ClaimsOf(command, rules[0], act),
            ExpiresAt = expiresAt,
            ExpiresBy = expiresBy,
            RefreshUntil = refreshUntil,
            SigningAlgorithm = policy.Services[command.Targets[0]].SigningAlgorithm,
        };
        var reuses = SharedAudience.Of(policy, command, granted, now);
        return new Decision(reuses.IsEmpty ? granted : granted with { Reuses = reuses });
    }

    private static ImmutableArray<string> AudiencesOf(PolicySnapshot policy, ImmutableArray<string> targets)
    {
        if (targets is [var only])
        {
            return policy.Services[only].Audiences;
        }

        var audiences = ImmutableArray.CreateBuilder<string>(targets.Length);
        foreach (var target in targets)
        {
            audiences.Add(policy.Services[target].Audience);
        }

        return audiences.MoveToImmutable();
    }

    private static ImmutableArray<KeyValuePair<string, JsonElement>> ClaimsOf(
        ExchangeCommand command, AcceptRule rule, JsonElement? act)
    {
        if (act is null && rule.Claims.IsEmpty)
        {
            return [];
        }

        var claims = ImmutableArray.CreateBuilder<KeyValuePair<string, JsonElement>>(rule.Claims.Length + 1);
        if (act is { } chain)
        {
            claims.Add(KeyValuePair.Create(ActorChain.ClaimName, chain));
        }

        foreach (var mapping in rule.Claims)
        {
            if (mapping.Constant is { } constant)
            {
                claims.Add(KeyValuePair.Create(mapping.Claim, constant));
            }
            else if (command.Subject.Claims.TryGetProperty(mapping.Source!, out var value))
            {
                claims.Add(KeyValuePair.Create(mapping.Claim, value));
            }
        }

        return claims.DrainToImmutable();
    }
}
