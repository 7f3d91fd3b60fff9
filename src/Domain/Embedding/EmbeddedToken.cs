using System.Text;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Embedding;

/// <summary>A token with those that it carries, before any of them is signed.</summary>
internal sealed class EmbeddedToken(TokenDraft draft, string target)
{
    /// <summary>In bytes: around all entries.</summary>
    private static readonly int ClaimSize = """
        ,"":{}
        """.Length + EmbeddedTokens.ClaimName.Length;

    /// <summary>In bytes: around name and token; the first has no comma.</summary>
    private static readonly int EntrySize = """
        ,"":{"":""}
        """.Length + EmbeddedTokens.TokenMember.Length;

    private readonly List<EmbeddedToken> carried = [];

    public TokenDraft Draft { get; } = draft;

    /// <summary>The service that it is for.</summary>
    public string Target { get; } = target;

    /// <summary>The tokens it carries, in the order of the policy.</summary>
    public IReadOnlyList<EmbeddedToken> Carried => carried;

    /// <summary>The tokens that it carries, and those that they carry.</summary>
    public IEnumerable<EmbeddedToken> Descendants => carried.SelectMany(token => token.Descendants.Prepend(token));

    /// <summary>Length of the signed text, in characters; a little more than exact.</summary>
    public int Length => Draft.LengthWith(MemberSize);

    /// <summary>The first end of this and all that it carries.</summary>
    public DateTimeOffset FirstEnd =>
        carried.Count == 0 ? Draft.ExpiresAt : carried.Select(token => token.FirstEnd).Append(Draft.ExpiresAt).Min();

    private int MemberSize => carried.Count == 0 ? 0 : ClaimSize + carried.Sum(token => EntrySize + token.Target.Length + token.Length);

    public void Add(EmbeddedToken token) => carried.Add(token);

    public void RemoveLast() => carried.RemoveAt(carried.Count - 1);

    /// <summary>The member of the claims set, with the comma before it; empty when nothing is carried. The innermost are signed first.</summary>
    public byte[] ToMember()
    {
        if (carried.Count == 0)
        {
            return [];
        }

        // Names of services and compact JWTs hold no character that JSON escapes.
        var entries = carried.Select(token =>
            $$"""
            "{{token.Target}}":{"{{EmbeddedTokens.TokenMember}}":"{{token.Draft.Sign(token.ToMember())}}"}
            """);
        return Encoding.ASCII.GetBytes($$"""
            ,"{{EmbeddedTokens.ClaimName}}":{{{string.Join(',', entries)}}}
            """);
    }
}
