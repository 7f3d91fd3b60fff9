using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Revocations;

/// <summary>
/// Every revocation as of one epoch, and the one question asked of it: is this token, or anything that it descends from,
/// covered? Where several cover it the strictest wins, because any one is enough. Immutable.
/// </summary>
public sealed class RevocationSnapshot
{
    private readonly RevocationTable handles;
    private readonly ImmutableDictionary<(RevocationTarget Target, bool IsBlock), Revocation> named;
    private readonly bool namesSubjects;
    private readonly bool namesSessions;

    internal RevocationSnapshot(
        Guid incarnation,
        RevocationTable handles,
        ImmutableDictionary<(RevocationTarget Target, bool IsBlock), Revocation> named,
        bool namesSubjects,
        bool namesSessions)
    {
        Incarnation = incarnation;
        this.handles = handles;
        this.named = named;
        this.namesSubjects = namesSubjects;
        this.namesSessions = namesSessions;
    }

    /// <summary>Of the revocation log: the epoch in a lineage means something only within it.</summary>
    public Guid Incarnation { get; }

    public int Count => handles.Count + named.Count;

    /// <summary>In no order.</summary>
    public IEnumerable<Revocation> Entries => named.Values.Concat(handles.Entries.Select(entry => entry.ToRevocation()));

    public bool IsBlocked(RevocationTarget target) =>
        target.HasHandle ? handles.Contains(target, isBlock: true) : named.ContainsKey((target, true));

    /// <summary>Null, or that the token is revoked. Never says of whom.</summary>
    public Refusal? Check(ValidatedToken token, ClusterSecret secret)
    {
        if (token.Lineage is { } lineage)
        {
            return Check(lineage, token.Issuer, token.Handle, secret);
        }

        var age = Age.Of(token.IssuedAt);
        return Refuse(
            FindToken(token.Handle)
            ?? Find(RevocationTarget.All, age)
            ?? Find(RevocationTarget.Issuer(token.Issuer), age)
            ?? (token.ClientId is { } client ? Find(RevocationTarget.Client(client), age) : null)
            ?? FindSubject(token.Root, age, secret));
    }

    /// <summary>The same for a token of ours, of which <paramref name="lineage"/> says what it descends from.</summary>
    /// <param name="lineage">Its lineage.</param>
    /// <param name="issuer">Our issuer identifier.</param>
    /// <param name="handle">Its own identity.</param>
    /// <param name="secret">Of the cluster.</param>
    public Refusal? Check(Lineage lineage, string issuer, TokenHandle handle, ClusterSecret secret)
    {
        if (lineage.RevocationIncarnation != Incarnation)
        {
            return new Refusal(RefusalReason.SubjectTokenRevoked, "The token was minted under another revocation log.");
        }

        if (Count == 0)
        {
            return null;
        }

        var age = Age.Of(lineage.RevocationEpoch);
        return Refuse(
            FindToken(handle)
            ?? FirstOf(lineage.Ancestors, FindToken)
            ?? Find(RevocationTarget.All, age)
            ?? Find(RevocationTarget.Issuer(issuer), age)
            ?? FirstOf(lineage.Hops, FindHop)
            ?? FirstOf(lineage.Reuses, FindHop)
            ?? FindSubjectAndIssuer(lineage.Root)
            ?? FirstOf(lineage.Actors, FindSubjectAndIssuer));

        Revocation? FindHop(Hop hop) => Find(RevocationTarget.Client(hop.Client), age) ?? Find(RevocationTarget.Edge(hop.Client, hop.Target), age);

        Revocation? FindSubjectAndIssuer(RootSubject root) =>
            Find(RevocationTarget.Issuer(root.Issuer), age) ?? FindSubject(root, age, secret);
    }

    private static Refusal? Refuse(Revocation? revocation) =>
        revocation is null ? null : new Refusal(RefusalReason.SubjectTokenRevoked, $"Covered by {revocation.Id}.");

    private static Revocation? FirstOf<T>(ImmutableArray<T> items, Func<T, Revocation?> find)
    {
        foreach (var item in items)
        {
            if (find(item) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>A handle names exactly one token: its age plays no part.</summary>
    private Revocation? FindToken(TokenHandle handle)
    {
        var target = RevocationTarget.Token(handle);
        return handles.TryFind(target, isBlock: true, out var found) || handles.TryFind(target, isBlock: false, out found)
            ? found.ToRevocation()
            : null;
    }

    /// <summary>The hashes are made only where there is something to compare them with.</summary>
    private Revocation? FindSubject(RootSubject root, Age age, ClusterSecret secret) =>
        (namesSubjects ? Find(RevocationTarget.Subject(root.Issuer, root.Subject, secret), age) : null)
        ?? (namesSessions && root.Session is { } session ? Find(RevocationTarget.Session(root.Issuer, session, secret), age) : null);

    private Revocation? Find(RevocationTarget target, Age age)
    {
        if (target.HasHandle)
        {
            return handles.TryFind(target, isBlock: true, out var entry)
                || (handles.TryFind(target, isBlock: false, out entry) && age.IsWithin(entry.Epoch, entry.At))
                ? entry.ToRevocation()
                : null;
        }

        return named.GetValueOrDefault((target, true))
            ?? (named.TryGetValue((target, false), out var cutOff) && age.IsWithin(cutOff.Epoch, cutOff.At) ? cutOff : null);
    }

    /// <summary>
    /// How old a token is. Our own say under which epoch they were minted, which no clock can bend; of others' there is
    /// only <c>iat</c>, and one without it may be of any age.
    /// </summary>
    private readonly record struct Age(long? Epoch, DateTimeOffset? IssuedAt)
    {
        public static Age Of(long epoch) => new(epoch, null);

        public static Age Of(DateTimeOffset? issuedAt) => new(null, issuedAt);

        public bool IsWithin(long cutOffEpoch, DateTimeOffset cutOffAt) => Epoch is { } epoch
            ? epoch < cutOffEpoch
            : IssuedAt is null || IssuedAt <= cutOffAt + SubjectTokenValidator.ClockSkew;
    }
}
