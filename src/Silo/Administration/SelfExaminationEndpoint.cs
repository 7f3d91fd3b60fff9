using ExchangeCluster.Grains.Administration;

namespace ExchangeCluster.Silo.Administration;

/// <summary><c>GET /admin/checks</c>: what <see cref="SelfExamination"/> found.</summary>
internal sealed class SelfExaminationEndpoint(Management management, SelfExamination examination)
{
    public const string Path = "/admin/checks";

    public async Task GetAsync(HttpContext context)
    {
        using var answer = await management.AnswerAsync(
            AdminRequest.BearerOf(context.Request),
            async snapshot => await examination.ExamineAsync(snapshot, context.RequestAborted),
            context.RequestAborted);
        await (answer.Value is { } checks
            ? ManagementResponseWriter.WriteAsync(context.Response, json =>
            {
                json.WriteStartArray("checks");
                foreach (var check in checks)
                {
                    json.WriteStartObject();
                    json.WriteString("name", check.Name);
                    json.WriteBoolean("ok", check.Ok);
                    json.WriteString("found", check.Found);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            })
            : ManagementResponseWriter.WriteAsync(context.Response, answer.Refusal!));
    }
}
