using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Silo.Administration;

/// <summary>
/// Reads the JSON body of a revocation. Strict: exactly one kind, no unknown and no repeated member, and a mistake names its
/// member.
/// </summary>
internal static class RevocationRequestReader
{
    /// <summary>The most (issuer, subject) pairs of one request.</summary>
    public const int MaxSubjects = 100;

    private const string Kinds = "token, subjects, session, client, issuer, edge, all";

    /// <summary>Exactly one of the results is set.</summary>
    public static (RevocationRequest? Request, string? Mistake) Read(ReadOnlyMemory<byte> body) => JsonMembers.ReadBody(body, Read);

    private static RevocationRequest Read(JsonMembers body)
    {
        var isBlock = body.Flag("block");
        RevocationRequest?[] kinds =
        [
            body.Text("token") is { } token ? new RevocationRequest.Token(new SensitiveText(token)) { IsBlock = isBlock } : null,
            body.List("subjects", MaxSubjects) is { } pairs
                ? new RevocationRequest.Subjects([.. pairs.Select(ReadSubject)]) { IsBlock = isBlock } : null,
            body.Object("session") is { } session ? ReadSession(session, isBlock) : null,
            body.Text("client") is { } client ? new RevocationRequest.Client(client) { IsBlock = isBlock } : null,
            body.Text("issuer") is { } issuer ? new RevocationRequest.FromIssuer(issuer) { IsBlock = isBlock } : null,
            body.Object("edge") is { } edge ? ReadEdge(edge, isBlock) : null,
            body.Flag("all") ? new RevocationRequest.Everything { IsBlock = isBlock } : null,
        ];
        body.MustBeRead();
        return kinds.OfType<RevocationRequest>().ToArray() is [var one] ? one : throw new JsonMistakeException($"Expected exactly one of {Kinds}.");
    }

    private static IssuerSubject ReadSubject(JsonMembers pair)
    {
        var read = new IssuerSubject(pair.Required("iss"), pair.Required("sub"));
        pair.MustBeRead();
        return read;
    }

    private static RevocationRequest.Session ReadSession(JsonMembers session, bool isBlock)
    {
        var read = new RevocationRequest.Session(session.Required("iss"), session.Required("sid")) { IsBlock = isBlock };
        session.MustBeRead();
        return read;
    }

    private static RevocationRequest.Edge ReadEdge(JsonMembers edge, bool isBlock)
    {
        var read = new RevocationRequest.Edge(edge.Required("from"), edge.Required("to")) { IsBlock = isBlock };
        edge.MustBeRead();
        return read;
    }
}
