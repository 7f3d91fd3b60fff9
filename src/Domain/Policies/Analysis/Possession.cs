using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Policies.Sharing;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>
/// Who has a token in hand: its client, its target, whoever it is handed on to (<c>reuse</c>), and whoever has one that carries
/// it (<c>embed</c>).
/// </summary>
internal sealed class Possession(PolicySnapshot policy, TokenSources sources)
{
    /// <summary>Every kind of token that the service can have in hand.</summary>
    public IEnumerable<Goal> Of(string service)
    {
        foreach (var rule in sources.For(service).Concat(sources.By(service)))
        {
            yield return new Goal(service, rule);
        }

        foreach (var path in sources.HandedOnTo(service))
        {
            foreach (var rule in sources.For(path[0].Client))
            {
                yield return new Goal(service, rule, path, []);
            }
        }

        foreach (var carrier in sources.By(service).Where(CanCarry))
        {
            foreach (var goal in Within(service, carrier.Target, [carrier]))
            {
                yield return goal;
            }
        }
    }

    /// <summary>Every way to have a token in hand that the service accepts, with who has it.</summary>
    public IEnumerable<Goal> ToTokensFor(string service)
    {
        foreach (var rule in sources.For(service))
        {
            foreach (var goal in HoldersOf(rule, []))
            {
                yield return goal;
            }

            if (IsEmbedded(rule))
            {
                foreach (var goal in Carrying(rule, [rule]))
                {
                    yield return goal;
                }
            }
        }

        foreach (var path in sources.HandedOnTo(service))
        {
            foreach (var goal in sources.For(path[0].Client).SelectMany(rule => HoldersOf(rule, path)))
            {
                yield return goal;
            }
        }
    }

    /// <summary>Everyone who has in hand what the rule gives, when it is handed on along the path: one token, for all of them.</summary>
    private IEnumerable<Goal> HoldersOf(AcceptRule rule, ImmutableArray<ReuseEdge> path)
    {
        yield return new Goal(rule.From, rule, path, []);
        foreach (var goal in Readers(rule, rule.Target, path))
        {
            yield return goal;
        }

        // What several targets share is for each of them what it would be alone, but those of the others have it in hand.
        foreach (var partner in sources.By(rule.From).Where(partner => partner.Target != rule.Target && Combination.IsPossible(policy, [rule, partner])))
        {
            foreach (var goal in Readers(rule, partner.Target, path))
            {
                yield return goal with { Partner = partner };
            }
        }
    }

    private IEnumerable<Goal> Readers(AcceptRule rule, string target, ImmutableArray<ReuseEdge> path) => sources.ClosureOf(target)
        .Select(other => new Goal(other[^1].Target, rule, [.. path.Union(other)], []))
        .Prepend(new Goal(target, rule, path, []));

    /// <summary>What a token for the target carries, to the depth of the policy.</summary>
    private IEnumerable<Goal> Within(string holder, string target, ImmutableArray<AcceptRule> carriers)
    {
        if (carriers.Length > policy.Embedding.Depth)
        {
            yield break;
        }

        foreach (var rule in policy.Sharing.EmbedsOf(target).SelectMany(embedded => policy.RulesOf(target, embedded)).Where(CanBeEmbedded))
        {
            yield return new Goal(holder, rule, [], carriers);
            foreach (var goal in Within(holder, rule.Target, carriers.Add(rule)))
            {
                yield return goal;
            }
        }
    }

    /// <summary>Tokens that carry one by the first of the rules, on every level.</summary>
    private IEnumerable<Goal> Carrying(AcceptRule embedded, ImmutableArray<AcceptRule> chain)
    {
        if (chain.Length > policy.Embedding.Depth)
        {
            yield break;
        }

        foreach (var carrier in sources.For(chain[0].From).Where(CanCarry))
        {
            yield return new Goal(carrier.From, embedded, [], [carrier, .. chain.RemoveAt(chain.Length - 1)]);
            if (IsEmbedded(carrier))
            {
                foreach (var goal in Carrying(embedded, chain.Insert(0, carrier)))
                {
                    yield return goal;
                }
            }
        }
    }

    private bool CanCarry(AcceptRule rule) => policy.Services[rule.Target].TokenFormat == TokenFormat.Jwt;

    private bool IsEmbedded(AcceptRule rule) => CanBeEmbedded(rule) && policy.Sharing.EmbedsOf(rule.From).Contains(rule.Target);

    /// <summary>What comes within another token comes without an actor.</summary>
    private static bool CanBeEmbedded(AcceptRule rule) => rule.Grants.HasFlag(Grants.TokenExchange) && rule.When.Actor.Presence != ActorPresence.Required;
}
