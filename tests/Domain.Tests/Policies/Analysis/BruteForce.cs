using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Decisions;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Tests.Policies.Analysis;

/// <summary>Every token that there can be under a policy, by asking the real evaluator for everything until nothing new comes.</summary>
internal sealed class BruteForce
{
    private static readonly ScopeSet?[] Requests = [null, .. Subsets(RandomPolicies.Scopes).Where(scopes => !scopes.IsEmpty)];

    private readonly PolicySnapshot policy;
    private readonly HashSet<string> seen = new(StringComparer.Ordinal);
    private readonly Queue<(ValidatedToken Token, string Client, ImmutableArray<string> Readers)> waiting = new();

    /// <param name="policy">The policy.</param>
    /// <param name="isDeclared">Whether issuers give tokens only to services that their audiences name.</param>
    public BruteForce(PolicySnapshot policy, bool isDeclared)
    {
        this.policy = policy;
        Begin(isDeclared);
        while (waiting.TryDequeue(out var held))
        {
            foreach (var client in held.Readers.Append(held.Client).Distinct(StringComparer.Ordinal).Where(client => client.Length != 0))
            {
                Present(client, held.Token);
            }
        }
    }

    /// <summary>Who can have a token in hand, that which service accepts, with which scope; and the empty scope for any.</summary>
    public HashSet<(string Holder, string Service, string Scope)> Holdings { get; } = [];

    /// <summary>Who can have a token in hand with which scope, of a subject of which issuer, with the claim c or not.</summary>
    public HashSet<(string Holder, string Scope, string Issuer, bool HasClaim)> Contents { get; } = [];

    public int Exchanges { get; private set; }

    public int Reuses { get; private set; }

    private void Begin(bool isDeclared)
    {
        foreach (var service in policy.Services.Values)
        {
            foreach (var issuer in policy.TrustedIssuers.Values.Where(issuer => !isDeclared || issuer.Audiences.Contains(service.Audience)))
            {
                foreach (var scope in Subsets(RandomPolicies.Scopes))
                {
                    foreach (var claims in new[] { "{}", """{"c":1}""", """{"c":2}""" })
                    {
                        Keep(Subjects.Foreign(service.Audience, string.Join(' ', scope.Values), issuer.Issuer, claims: claims), "", [service.Name]);
                    }
                }
            }

            Ask(service.Name, ClientSubject.Of(service, policy, Sharing.Exchanges.Ring.Secret), Grants.ClientCredentials);
        }
    }

    private void Present(string client, ValidatedToken token) => Ask(client, token, Grants.TokenExchange);

    private void Ask(string client, ValidatedToken subject, Grants grant)
    {
        foreach (var target in policy.Services.Keys)
        {
            foreach (var scope in policy.RulesOf(client, target).IsEmpty ? [] : Requests)
            {
                foreach (var actor in grant == Grants.ClientCredentials ? [null] : new[] { null, Subjects.Service(client) })
                {
                    var command = Subjects.Command(client, subject, target, actor: actor) with { RequestedScope = scope, Grant = grant };
                    Decide(command, [client]);
                    foreach (var other in policy.Services.Keys.Where(other => string.CompareOrdinal(target, other) < 0 && !policy.RulesOf(client, other).IsEmpty))
                    {
                        Decide(command with { Targets = [target, other] }, [client]);
                    }
                }
            }
        }
    }

    private void Decide(ExchangeCommand command, ImmutableArray<string> carriers)
    {
        if (Decider.Decide(policy, command, Subjects.Now) is not { IsGranted: true, Token: var granted })
        {
            return;
        }

        // As the embedder does: what is carried is for its target alone.
        granted = carriers.Length == 1 ? granted : granted with { Reuses = [] };

        Exchanges++;
        Reuses += granted.Reuses.IsEmpty ? 0 : 1;
        ImmutableArray<string> readers = [.. command.Targets, .. granted.Reuses.Select(edge => edge.Target)];
        ImmutableArray<string> audiences = [.. granted.Audiences, .. granted.Reuses.Select(edge => edge.Audience)];
        Record(granted, command, readers, [.. carriers, .. readers]);
        var token = Subjects.After(command, granted, audiences: audiences);
        Keep(token, command.Client, readers);
        if (command.Targets.Length == 1 && granted.Reuses.IsEmpty && carriers.Length <= policy.Embedding.Depth)
        {
            foreach (var embedded in policy.Sharing.EmbedsOf(command.Targets[0]))
            {
                Decide(Subjects.Command(command.Targets[0], token, embedded), [.. carriers, command.Targets[0]]);
            }
        }
    }

    private void Record(Decision.Granted granted, ExchangeCommand command, ImmutableArray<string> readers, ImmutableArray<string> holders)
    {
        foreach (var holder in holders)
        {
            foreach (var scope in granted.Scope.Values.Append(""))
            {
                Contents.Add((holder, scope, command.Subject.Root.Issuer, granted.Claims.Any(claim => claim.Key == "c")));
                Contents.Add((holder, scope, command.Subject.Root.Issuer, false));
                foreach (var reader in readers)
                {
                    Holdings.Add((holder, reader, scope));
                }
            }
        }
    }

    /// <summary>Who acted changes no right here, so tokens that differ in <c>act</c> alone count once.</summary>
    private void Keep(ValidatedToken token, string client, ImmutableArray<string> readers)
    {
        var claims = token.Claims.TryGetProperty("c", out var claim) ? claim.GetRawText() : "";
        var elevations = string.Join(',', (token.Lineage?.Elevations ?? []).Select(elevation => elevation.Scope + elevation.By).Order(StringComparer.Ordinal));
        if (seen.Add($"{client}|{string.Join(' ', readers.Order(StringComparer.Ordinal))}|{token.Scope}|{elevations}|{claims}|{token.Root.Issuer}|{token.Root.Subject}|{token.Lineage is null}"))
        {
            waiting.Enqueue((token, client, readers));
        }
    }

    private static IEnumerable<ScopeSet> Subsets(string[] scopes) => Enumerable.Range(0, 1 << scopes.Length)
        .Select(bits => ScopeSet.Of(scopes.Where((_, index) => (bits >> index & 1) == 1)));
}
