using System.Collections.Frozen;
using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Policies;

/// <summary>
/// What policies have taken back: what was minted on an edge, or under an issuer, before the policy that narrowed it, is
/// revoked with all descendants. It stands in the same record as that policy, so that no silo knows one without the other.
/// Immutable.
/// </summary>
public sealed class Withdrawals
{
    private readonly FrozenDictionary<Edge, Withdrawal> edges;
    private readonly FrozenDictionary<string, Withdrawal> issuers;

    private Withdrawals(ImmutableArray<Withdrawal> all, DateTimeOffset aliveUntil)
    {
        All = all;
        AliveUntil = aliveUntil;
        edges = all.Where(withdrawal => withdrawal.Edge is not null)
            .ToFrozenDictionary(withdrawal => withdrawal.Edge!.Value);
        issuers = all.Where(withdrawal => withdrawal.Issuer is not null)
            .ToFrozenDictionary(withdrawal => withdrawal.Issuer!, StringComparer.Ordinal);
    }

    public static Withdrawals None { get; } = new([], DateTimeOffset.MinValue);

    /// <summary>In no order.</summary>
    public ImmutableArray<Withdrawal> All { get; }

    /// <summary>
    /// Until when anything may be alive that was issued or accepted under earlier policies: a policy that shortens lifetimes
    /// does not shorten theirs.
    /// </summary>
    public DateTimeOffset AliveUntil { get; }

    /// <summary>As they were stored.</summary>
    /// <exception cref="FormatException">One names neither edge nor issuer, or both, or two name the same.</exception>
    public static Withdrawals Restore(ImmutableArray<Withdrawal> all, DateTimeOffset aliveUntil) =>
        all.All(withdrawal => withdrawal.Edge is null != withdrawal.Issuer is null)
        && all.DistinctBy(withdrawal => (withdrawal.Edge, withdrawal.Issuer)).Count() == all.Length
            ? new Withdrawals(all, aliveUntil)
            : throw new FormatException("Not what a policy withdraws.");

    /// <summary>These, and what <paramref name="after"/> takes back of <paramref name="before"/>.</summary>
    public Withdrawals Then(PolicySnapshot before, PolicySnapshot after, DateTimeOffset now)
    {
        var oldest = now + before.LongestAcceptedLifetime + (2 * SubjectTokenValidator.ClockSkew);
        var alive = AliveUntil > oldest ? AliveUntil : oldest;
        Withdrawal[] added =
        [
            .. Narrowing.EdgesOf(before, after).Select(edge => new Withdrawal(edge, null, after.Revision, alive)),
            .. Narrowing.IssuersOf(before, after).Select(issuer => new Withdrawal(null, issuer, after.Revision, alive)),
        ];
        var replaced = added.Select(withdrawal => (withdrawal.Edge, withdrawal.Issuer)).ToHashSet();
        return new Withdrawals(
            [.. All.Where(withdrawal => withdrawal.Until > now && !replaced.Contains((withdrawal.Edge, withdrawal.Issuer))), .. added],
            alive);
    }

    /// <summary>Null, or that the token, or one that it descends from, was minted under what has been taken back since.</summary>
    /// <param name="lineage">Of a token of ours; null for a foreign one.</param>
    public Refusal? Check(Lineage? lineage)
    {
        if (lineage is null || All.IsEmpty)
        {
            return null;
        }

        foreach (var hop in lineage.Hops.Concat(lineage.Reuses))
        {
            if (edges.TryGetValue(new Edge(hop.Client, hop.Target), out var withdrawal) && lineage.PolicyRevision < withdrawal.Revision)
            {
                return new Refusal(RefusalReason.SubjectTokenRevoked, $"Revision {withdrawal.Revision} narrowed {hop.Client} → {hop.Target}.");
            }
        }

        return CheckIssuers(lineage);
    }

    /// <summary>The same of the issuers alone: for what is decided anew on its own edge.</summary>
    public Refusal? CheckIssuers(Lineage lineage) =>
        CheckIssuer(lineage, lineage.Root.Issuer)
            ?? lineage.Actors.Select(actor => CheckIssuer(lineage, actor.Issuer)).FirstOrDefault(refusal => refusal is not null);

    private Refusal? CheckIssuer(Lineage lineage, string issuer) =>
        issuers.TryGetValue(issuer, out var withdrawal) && lineage.PolicyRevision < withdrawal.Revision
            ? new Refusal(RefusalReason.SubjectTokenRevoked, $"Revision {withdrawal.Revision} trusts {issuer} no more.")
            : null;
}

/// <summary>What one policy took back: an edge or an issuer.</summary>
/// <param name="Edge">The edge that it narrowed or removed; else null.</param>
/// <param name="Issuer">The issuer that it trusts no more; else null.</param>
/// <param name="Revision">Of that policy: what was minted under an earlier one is revoked.</param>
/// <param name="Until">When nothing of it can be alive any more.</param>
public sealed record Withdrawal(Edge? Edge, string? Issuer, long Revision, DateTimeOffset Until);
