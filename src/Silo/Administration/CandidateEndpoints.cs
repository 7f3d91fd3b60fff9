using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Administration;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Administration;

/// <summary>
/// <c>/admin/policy/candidate</c>: a policy that decides beside the live one and acts upon nothing; <c>/admin/policy/replay</c>: the
/// recent decisions of this silo, decided by another policy; <c>/admin/decisions</c>: those decisions, to replay them elsewhere.
/// </summary>
internal sealed class CandidateEndpoints(Management management, Shadow shadow, RecentDecisions recent, DecisionJournal journal, TimeProvider time)
{
    public const string Path = "/admin/policy/candidate";
    public const string ReplayPath = "/admin/policy/replay";
    public const string DecisionsPath = "/admin/decisions";

    private const string File = "candidate";

    public async Task PutAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } policy)
        {
            return;
        }

        // What was decided before is not compared.
        journal.Drain();
        shadow.Use(policy);
        await ManagementResponseWriter.WriteAsync(context.Response, json => json.WriteNumber("candidate_revision", policy.Revision));
    }

    public async Task GetAsync(HttpContext context)
    {
        if (!await IsAdmittedAsync(context))
        {
            return;
        }

        journal.Drain();
        byte[]? found = null;
        var exists = shadow.TryRead((revision, since, counts) => found = Json(json =>
        {
            json.WriteNumber("candidate_revision", revision);
            json.WriteString("since", since.UtcDateTime);
            counts.Write(json);
        }));
        await (exists ? WriteAsync(context.Response, found!) : TokenResponseWriter.WriteAsync(context.Response, HttpError.NotFound));
    }

    public async Task DeleteAsync(HttpContext context)
    {
        if (await IsAdmittedAsync(context))
        {
            shadow.Use(null);
            await ManagementResponseWriter.WriteAsync(context.Response, _ => { });
        }
    }

    public async Task ReplayAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } candidate)
        {
            return;
        }

        journal.Drain();
        using var answer = await management.AnswerAsync(
            AdminRequest.BearerOf(context.Request), snapshot => ValueTask.FromResult(snapshot.Policy), context.RequestAborted);
        if (answer.Value is not { } live)
        {
            await ManagementResponseWriter.WriteAsync(context.Response, answer.Refusal!);
            return;
        }

        var counts = new ComparisonCounts();
        foreach (var json in recent.All.Select(decision => decision.Question).OfType<ReadOnlyMemory<byte>>())
        {
            if (QuestionReader.Read(json).Question is { } question)
            {
                counts.Add(Comparison.Of(live, candidate, question, time.GetUtcNow()), null, json);
            }
        }

        await ManagementResponseWriter.WriteAsync(context.Response, json =>
        {
            json.WriteNumber("live_revision", live.Revision);
            json.WriteNumber("candidate_revision", candidate.Revision);
            counts.Write(json);
        });
    }

    public async Task GetDecisionsAsync(HttpContext context)
    {
        if (!await IsAdmittedAsync(context))
        {
            return;
        }

        journal.Drain();
        await ManagementResponseWriter.WriteAsync(context.Response, json =>
        {
            json.WriteStartArray("decisions");
            foreach (var question in recent.All.Select(decision => decision.Question).OfType<ReadOnlyMemory<byte>>())
            {
                json.WriteRawValue(question.Span);
            }

            json.WriteEndArray();
        });
    }

    /// <summary>The policy of the body; null when there is none, or the caller may not: then the answer is written already.</summary>
    private async Task<PolicySnapshot?> ReadAsync(HttpContext context)
    {
        if (!await IsAdmittedAsync(context) || await AdminRequest.ReadPolicyAsync(context) is not { } body)
        {
            return null;
        }

        var compilation = PolicyCompiler.Compile(Encoding.UTF8.GetString(body), File);
        if (compilation.Snapshot is null)
        {
            await ManagementResponseWriter.WriteMistakesAsync(context.Response, compilation.Mistakes);
        }

        return compilation.Snapshot;
    }

    private async Task<bool> IsAdmittedAsync(HttpContext context)
    {
        if (await management.AdmitAsync(AdminRequest.BearerOf(context.Request), context.RequestAborted) is not { } refusal)
        {
            return true;
        }

        await ManagementResponseWriter.WriteAsync(context.Response, refusal);
        return false;
    }

    private static byte[] Json(Action<Utf8JsonWriter> writeMembers)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static Task WriteAsync(HttpResponse response, byte[] json) =>
        PrivateResponse.WriteAsync(response, StatusCodes.Status200OK, PrivateResponse.Json, json);
}
