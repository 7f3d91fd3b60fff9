using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ExchangeCluster.Domain.Policies.Analysis;

/// <summary>Every kind of finding; the texts are read by someone who has never seen the project.</summary>
public static class FindingKinds
{
    internal const string MistakeId = "mistake";
    internal const string DoubtId = "doubt";

    public static readonly FindingKind Mistake = new(
        MistakeId, Severity.Error, "A mistake in the file",
        "The policy doesn't load: a start stops, and a running cluster keeps the last good policy.",
        "What the message expects; docs/policy-schema.json gives completion in editors.");

    public static readonly FindingKind Doubt = new(
        DoubtId, Severity.Warning, "Something that works otherwise than one may think",
        "It loads, but what the message describes happens at run time.",
        "Decide which of the two you mean, and write that.");

    public static readonly FindingKind NeverBroken = new(
        "never-broken", Severity.Error, "A never statement doesn't hold",
        "The chain in the message is a sequence of exchanges that the rules allow, and it ends where the statement says nothing may end. The policy doesn't load.",
        "Take the scope, claim or caller out of one rule of the chain, add a condition (when) that breaks it, or take the statement back.");

    public static readonly FindingKind ElevationWithoutThrough = new(
        "elevation-without-through", Severity.Error, "An elevation rests on another one",
        "An elevation gives more than the subject held. Two in a row give what neither owner may have meant, so they don't add up by themselves. The policy doesn't load.",
        "Name the earlier elevating service in through, if the chain in the message is meant; else rest the elevation on a scope that the user holds.");

    public static readonly FindingKind PrivilegeEscalation = new(
        "privilege-escalation", Severity.Error, "A right of the login is given to those without it",
        "The scope is one that a trusted issuer gives to users at its own choice. This elevation gives it to whoever holds a lesser one, past the login's decision.",
        "Let the scope pass (scopes) instead of elevating it, or elevate a scope of the target's own that the login doesn't know.");

    public static readonly FindingKind UnreachableRule = new(
        "unreachable-rule", Severity.Warning, "A rule that no request meets",
        "Nobody can come to the token that the rule asks for. It looks like access and gives none, and may become access by a change elsewhere.",
        "Give the caller what the message says it lacks, or delete the rule.");

    public static readonly FindingKind ShadowedRule = new(
        "shadowed-rule", Severity.Warning, "A rule that never speaks alone",
        "Exactly one rule must match a request. Whenever this one matches, another one of the same caller and target does too, and the exchange is refused.",
        "Make the conditions (when) of the two exclude each other, or join the rules.");

    public static readonly FindingKind AmbiguousRules = new(
        "ambiguous-rules", Severity.Warning, "Two rules that can match at once",
        "Exactly one rule must match a request. For a token that meets the conditions of both, the exchange is refused.",
        "Make the conditions (when) exclude each other: other values of the same claim, other issuers, or an actor required in one and forbidden in the other.");

    public static readonly FindingKind UncalledService = new(
        "uncalled-service", Severity.Warning, "A service that nobody calls",
        "No rule gives a token for it and no trusted issuer names its audience, so it can neither be called nor call with a user's token.",
        "Add an accepts entry, or take the service out.");

    public static readonly FindingKind UngettableScope = new(
        "ungettable-scope", Severity.Warning, "A scope that nobody can get",
        "No chain of exchanges ends in a token for this service that holds the scope.",
        "Let a rule of the service pass or elevate it, or take it out of scopes.");

    public static readonly FindingKind LifetimeLaundering = new(
        "lifetime-laundering", Severity.Warning, "Two token services that renew each other's tokens",
        "We give authorization grants to a token service whose tokens we accept. A chain that goes there and back begins anew here: with a new lifetime, and beyond the reach of a revocation of its first token.",
        "Trust that issuer with another subject space and few scopes, shorten max_lifetime and grant_lifetime, or give it no grants.");

    public static readonly FindingKind ClaimAcrossDomains = new(
        "claim-across-domains", Severity.Note, "A claim is disclosed to another domain",
        "The other company learns it of every user whose token comes here.",
        "Take it out of claims, or send a constant ({ set: … }); for sub write { sub: pairwise }.");

    public static readonly FindingKind ReuseOverShares = new(
        "reuse-over-shares", Severity.Note, "A token that is handed on opens more than its reader",
        "A handed-on token is accepted by everyone in its aud. Its reader can call those services with it, though their owners wrote no rule for it.",
        "Write share: exchange, or a rule for it if that is meant.");

    public static readonly FindingKind EmbeddingBudget = new(
        "embedding-budget", Severity.Warning, "Embedded tokens may not fit",
        "Many servers take 8 KiB of headers in all. What finds no room in max_bytes is left out and costs an exchange on each request.",
        "Embed fewer targets, or fewer levels (depth); share: exchange for the rare ones.");

    public static readonly FindingKind WeakAlgorithm = new(
        "weak-algorithm", Severity.Note, "An algorithm with a better successor",
        "RS256, RS384 and RS512 are PKCS #1 v1.5: the oldest padding that is still in use, with a long record of broken verifiers. For our own tokens it also costs sixteen times as much as ES256 to sign.",
        "ES256, or PS256 where the keys must be RSA.");

    public static readonly FindingKind SecretInFile = new(
        "secret-in-file", Severity.Error, "A secret in the policy",
        "A policy is kept in version control and shown to many. Who reads this can be the service.",
        "For a client secret its hash (docs/decisions/0005-client-secrets.md); of a key only the public members. Then replace the secret.");

    public static readonly FindingKind UnboundedIssuer = new(
        "unbounded-issuer", Severity.Error, "A trusted issuer without audience or longest lifetime",
        "Without audiences, tokens that the issuer gave to anyone else would open our services; without max_lifetime, a revocation would have to be kept for ever.",
        "audiences with the values that its tokens for you have, and max_lifetime as it is set at the issuer.");

    public static readonly FindingKind LongLivedIssuer = new(
        "long-lived-issuer", Severity.Warning, "A trusted issuer's tokens may live for more than a day",
        "A stolen token can be exchanged for as long as it lives, and revocations are kept that long.",
        "The max_lifetime that the issuer's access tokens really have; an hour is usual.");

    public static readonly FindingKind IssuerWithoutEntry = new(
        "issuer-without-entry", Severity.Warning, "A trusted issuer whose tokens nobody can present",
        "None of its audiences is the audience of a service of this policy, so no client is in the aud of its tokens; only a client_id could let one in.",
        "The audience of the service that receives the login's tokens, in both places the same.");

    private static readonly FrozenDictionary<string, FindingKind> ById = All.ToFrozenDictionary(kind => kind.Id, StringComparer.Ordinal);

    public static ImmutableArray<FindingKind> All =>
    [
        Mistake, NeverBroken, ElevationWithoutThrough, PrivilegeEscalation, SecretInFile, UnboundedIssuer, Doubt, UnreachableRule, ShadowedRule, AmbiguousRules,
        UncalledService, UngettableScope, LifetimeLaundering, EmbeddingBudget, LongLivedIssuer, IssuerWithoutEntry, ClaimAcrossDomains, ReuseOverShares, WeakAlgorithm,
    ];

    internal static FindingKind Of(string id) => ById[id];
}
