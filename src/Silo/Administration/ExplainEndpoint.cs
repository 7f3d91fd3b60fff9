using System.Text.Json;
using ExchangeCluster.Domain.Decisions.Explaining;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Administration;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Administration;

/// <summary><c>POST /admin/explain</c>: why an exchange is granted or refused, by the rules that run now, without minting.</summary>
internal sealed class ExplainEndpoint(ExchangeExplanations explanations)
{
    public const string Path = "/admin/explain";

    public async Task PostAsync(HttpContext context)
    {
        if (await AdminRequest.ReadJsonAsync(context) is not { } body)
        {
            return;
        }

        // Who asks comes first: a stranger learns nothing of what a request should look like.
        var (request, mistake) = JsonMembers.ReadBody(body, Read);
        using var answer = await explanations.ExplainAsync(AdminRequest.BearerOf(context.Request), request, context.RequestAborted);
        await (answer switch
        {
            { Refusal: { } refusal } => ManagementResponseWriter.WriteAsync(context.Response, refusal),
            _ when mistake is not null => ManagementResponseWriter.WriteMistakeAsync(context.Response, mistake),
            { Value: { Explanation: null, Refusal: null, Past: null } } => TokenResponseWriter.WriteAsync(context.Response, HttpError.NotFound),
            { Value: var explained } => ManagementResponseWriter.WriteAsync(context.Response, json => Write(json, explained!)),
        });
    }

    private static ExplainRequest Read(JsonMembers body)
    {
        if (body.Text("request") is { } id)
        {
            return new ExplainRequest.Past(id);
        }

        var subject = ReadToken(body, "subject_token");
        var actor = ReadToken(body, "actor_token");
        var question = QuestionReader.Read(body);
        return question switch
        {
            { Subject: not null } when subject is not null => throw body.Mistake("subject_token", "stands beside subject, expected one of them"),
            { Actor: not null } when actor is not null => throw body.Mistake("actor_token", "stands beside actor, expected one of them"),
            _ when subject is not null && question.Grant != Grants.TokenExchange => throw body.Mistake("subject_token", "is for grant token-exchange, expected subject"),
            _ when actor is not null && subject is null => throw body.Mistake("actor_token", "needs subject_token"),
            _ => new ExplainRequest.Exchange(question, subject, actor),
        };
    }

    private static PresentedToken? ReadToken(JsonMembers body, string name)
    {
        var text = body.Text(name);
        var type = QuestionReader.ReadSubjectType(body, name + "_type") ?? TokenTypeIdentifiers.AccessToken;
        return text is null ? null
            : text.Length <= TokenExchangeRequest.MaxTokenLength ? new PresentedToken(new SensitiveText(text), type)
            : throw body.Mistake(name, "is too long");
    }

    private static void Write(Utf8JsonWriter json, ExplainedExchange explained)
    {
        json.WriteNumber("policy_revision", explained.PolicyRevision);
        if (explained.Explanation is { } explanation)
        {
            ExplanationWriter.Write(json, explanation);
        }
        else if (explained.Refusal is { } refusal)
        {
            ExplanationWriter.Write(json, refusal);
        }

        if (explained.Remembered is { } remembered)
        {
            json.WriteStartArray("remembered");
            foreach (var use in remembered)
            {
                Write(json, use);
            }

            json.WriteEndArray();
        }

        if (explained.Past is { } past)
        {
            json.WritePropertyName("recorded");
            json.WriteRawValue(past.Audit);
            if (past.Question is { } question)
            {
                json.WritePropertyName("question");
                json.WriteRawValue(question);
            }
        }
    }

    private static void Write(Utf8JsonWriter json, RuleUse use)
    {
        json.WriteStartObject();
        json.WriteStartArray("rules");
        foreach (var rule in use.Rules)
        {
            json.WriteStringValue(rule);
        }

        json.WriteEndArray();
        json.WriteString("issued_at", use.IssuedAt.UtcDateTime);
        json.WriteString("expires_at", use.ExpiresAt.UtcDateTime);
        json.WriteNumber("answers", use.Answers);
        json.WriteEndObject();
    }
}
