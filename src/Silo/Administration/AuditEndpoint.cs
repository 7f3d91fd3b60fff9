using ExchangeCluster.Domain.Auditing;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Administration;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Auditing;

namespace ExchangeCluster.Silo.Administration;

/// <summary>
/// <c>POST /admin/audit</c>: lines of the audit of this silo. A person may be named by issuer and subject, which is why it is no
/// GET: names of people don't belong in a URL.
/// </summary>
internal sealed class AuditEndpoint(Management management, AuditReader reader, DecisionJournal journal, TimeProvider time)
{
    public const string Path = "/admin/audit";

    /// <summary>The most lines of one answer.</summary>
    public const int MaxLimit = 10_000;

    private const int DefaultLimit = 100;

    public async Task PostAsync(HttpContext context)
    {
        if (await AdminRequest.ReadJsonAsync(context) is not { } body)
        {
            return;
        }

        var (asked, mistake) = JsonMembers.ReadBody(body, Read);
        AuditQuery query;
        using (var answer = await management.AnswerAsync(
            AdminRequest.BearerOf(context.Request), snapshot => ValueTask.FromResult(ToQuery(asked, snapshot)), context.RequestAborted))
        {
            if (answer.Refusal is { } refusal)
            {
                await ManagementResponseWriter.WriteAsync(context.Response, refusal);
                return;
            }

            query = answer.Value!;
        }

        if (asked is null)
        {
            await ManagementResponseWriter.WriteMistakeAsync(context.Response, mistake!);
            return;
        }

        journal.Drain();
        var lines = await reader.FindAsync(query, asked.Limit, context.RequestAborted);
        await ManagementResponseWriter.WriteAsync(context.Response, json =>
        {
            json.WriteBoolean("full", lines.Count == asked.Limit);
            json.WriteStartArray("entries");
            foreach (var line in lines)
            {
                json.WriteRawValue(line);
            }

            json.WriteEndArray();
        });
    }

    private static AuditQuery ToQuery(Asked? asked, ClusterSnapshot snapshot) => asked switch
    {
        null => new AuditQuery(),
        { Issuer: { } issuer, Subject: { } subject } => asked.Query with
        {
            Person = SubjectKey.Of(new RootSubject(issuer, subject, null, null, default), snapshot.KeyRing.Secret),
        },
        _ => asked.Query,
    };

    private Asked Read(JsonMembers body)
    {
        var subject = body.Object("subject");
        var (issuer, name) = (subject?.Required("iss"), subject?.Required("sub"));
        subject?.MustBeRead();
        return new Asked(
            new AuditQuery
            {
                Since = ReadTime(body, "since"),
                Until = ReadTime(body, "until"),
                Client = body.Text("client"),
                Target = body.Text("target"),
                Outcome = body.Text("outcome"),
                Person = body.Text("person"),
                Lineage = body.Text("lineage"),
                Token = body.Text("token"),
                Request = body.Text("request"),
            },
            issuer,
            name,
            (int)(body.Number("limit", 1, MaxLimit) ?? DefaultLimit));
    }

    private DateTimeOffset? ReadTime(JsonMembers body, string name) => body.Text(name) is not { } text ? null
        : AuditQuery.ReadTime(text, time.GetUtcNow()) ?? throw body.Mistake(name, "is no time, such as 2026-01-31T12:00:00Z, 90m, 24h or 7d");

    private sealed record Asked(AuditQuery Query, string? Issuer, string? Subject, int Limit);
}
