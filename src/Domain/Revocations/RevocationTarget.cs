using System.Buffers.Binary;
using System.Buffers.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Revocations;

/// <summary>What a revocation can name.</summary>
public enum RevocationKind
{
    /// <summary>One token, and every descendant of it.</summary>
    Token,

    /// <summary>A person or workload: (issuer, subject).</summary>
    Subject,

    /// <summary>A login session: (issuer, <c>sid</c>).</summary>
    Session,

    /// <summary>Whatever was issued to one client.</summary>
    Client,

    /// <summary>Whatever goes back to one issuer.</summary>
    Issuer,

    /// <summary>Whatever was issued to one client for one target.</summary>
    Edge,

    /// <summary>Everything.</summary>
    All,
}

/// <summary>
/// What one revocation names, as it is looked up. Subjects and sessions are keyed hashes, so that nothing that is stored or
/// listed names a person; clients, issuers and services are names of the policy.
/// </summary>
public readonly record struct RevocationTarget
{
    private const string Block = "block";
    private const string CutOff = "cutoff";

    /// <summary>In the order of <see cref="RevocationKind"/>.</summary>
    private static readonly string[] Kinds = ["token", "subject", "session", "client", "issuer", "edge", "all"];

    private RevocationTarget(RevocationKind kind, UInt128 handle = default, string? name = null, string? service = null) =>
        (Kind, Handle, Name, Service) = (kind, handle, name, service);

    public static RevocationTarget All { get; } = new(RevocationKind.All);

    public RevocationKind Kind { get; }

    /// <summary>Of a token, a subject or a session; else 0.</summary>
    public UInt128 Handle { get; }

    /// <summary>A token, a subject or a session.</summary>
    public bool HasHandle => Kind <= RevocationKind.Session;

    /// <summary>The client or the issuer; for an edge its client; else null.</summary>
    public string? Name { get; }

    /// <summary>The target service of an edge; else null.</summary>
    public string? Service { get; }

    public static RevocationTarget Token(TokenHandle handle) => new(RevocationKind.Token, handle.Value);

    public static RevocationTarget Subject(string issuer, string subject, ClusterSecret secret) =>
        new(RevocationKind.Subject, Hash(RevocationKind.Subject, issuer, subject, secret));

    public static RevocationTarget Session(string issuer, string session, ClusterSecret secret) =>
        new(RevocationKind.Session, Hash(RevocationKind.Session, issuer, session, secret));

    public static RevocationTarget Client(string client) => new(RevocationKind.Client, name: client);

    public static RevocationTarget Issuer(string issuer) => new(RevocationKind.Issuer, name: issuer);

    public static RevocationTarget Edge(string client, string service) =>
        new(RevocationKind.Edge, name: client, service: service);

    /// <summary>As it was stored.</summary>
    /// <exception cref="FormatException">No kind has these parts.</exception>
    public static RevocationTarget Restore(RevocationKind kind, UInt128 handle, string? name, string? service)
    {
        var target = new RevocationTarget(kind, handle, name, service);
        var (hasHandle, hasName, hasService) = kind switch
        {
            RevocationKind.Token or RevocationKind.Subject or RevocationKind.Session => (true, false, false),
            RevocationKind.Client or RevocationKind.Issuer => (false, true, false),
            RevocationKind.Edge => (false, true, true),
            RevocationKind.All => (false, false, false),
            _ => throw new FormatException("Not a kind of revocation."),
        };
        return (hasHandle || handle == default) && hasName == name is not null && hasService == service is not null
            ? target
            : throw new FormatException("The parts do not fit the kind of revocation.");
    }

    /// <summary>
    /// The name of a revocation of this target, in the log and for operators: at most 48 of <c>A-Za-z0-9._-</c>. A block and
    /// a cut-off of one target are two revocations, so that the weaker never replaces the stronger.
    /// </summary>
    public string Id(bool isBlock, ClusterSecret secret) =>
        IdOf(Kind, isBlock, Name is null ? Handle : Hash(Kind, Name, Service ?? string.Empty, secret));

    /// <param name="kind">What is named.</param>
    /// <param name="isBlock">How strong it is.</param>
    /// <param name="handle">For a kind that has no handle, the hash of its names.</param>
    internal static string IdOf(RevocationKind kind, bool isBlock, UInt128 handle)
    {
        Span<byte> bytes = stackalloc byte[TokenHandle.Size];
        BinaryPrimitives.WriteUInt128BigEndian(bytes, handle);
        return $"{(isBlock ? Block : CutOff)}.{Kinds[(int)kind]}.{Base64Url.EncodeToString(bytes)}";
    }

    /// <summary>False when the id is not one of a token, a subject or a session.</summary>
    internal static bool TryReadHandleId(string id, out RevocationTarget target, out bool isBlock)
    {
        var parts = id.Split('.');
        var kind = parts.Length == 3 ? (RevocationKind)Array.IndexOf(Kinds, parts[1]) : (RevocationKind)(-1);
        Span<byte> bytes = stackalloc byte[TokenHandle.Size];
        isBlock = parts[0] == Block;
        target = default;
        if (kind is < RevocationKind.Token or > RevocationKind.Session || (!isBlock && parts[0] != CutOff)
            || !Base64Url.TryDecodeFromChars(parts[2], bytes, out var written) || written != bytes.Length)
        {
            return false;
        }

        target = new RevocationTarget(kind, BinaryPrimitives.ReadUInt128BigEndian(bytes));
        return true;
    }

    /// <summary>The kind and what the policy names; never a subject.</summary>
    public override string ToString() => Name is null ? $"{Kind}" : $"{Kind}({Name}{(Service is null ? "" : " → " + Service)})";

    private static UInt128 Hash(RevocationKind kind, string first, string second, ClusterSecret secret)
    {
        var hash = new KeyedHash(secret.RevocationKey);
        hash.Add((long)kind);
        hash.Add(first);
        hash.Add(second);
        Span<byte> digest = stackalloc byte[KeyedHash.Size];
        hash.Finish(digest);
        return BinaryPrimitives.ReadUInt128BigEndian(digest);
    }
}
