using System.Globalization;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Silo.ClientAuthentication;
using ExchangeCluster.Silo.Token;
using Microsoft.Net.Http.Headers;

namespace ExchangeCluster.Silo.SharingPlan;

/// <summary>
/// <c>/sharing-plan</c>: a client's own plan. GET with credentials in the header; POST for clients whose credentials are
/// parameters, which never stand in a URL.
/// </summary>
internal sealed class SharingPlanEndpoint(ClientSharingPlan plans)
{
    public const string Path = "/sharing-plan";

    /// <summary>The client may keep it, and has to ask each time whether it still holds; nobody in between may keep it.</summary>
    private const string CacheControl = "private, no-cache";

    public Task GetAsync(HttpContext context) => context.Request.QueryString.Value is { Length: > 1 }
        ? TokenResponseWriter.WriteAsync(context.Response, new Refusal(RefusalReason.QueryNotAllowed))
        : AnswerAsync(context, []);

    public async Task PostAsync(HttpContext context)
    {
        var form = await FormRequest.ReadAsync(context);
        await (form switch
        {
            { Error: { } error } => TokenResponseWriter.WriteAsync(context.Response, error),
            { Parameters: { } parameters } => AnswerAsync(context, parameters),
            _ => TokenResponseWriter.WriteAsync(context.Response, form.Refusal!),
        });
    }

    private async Task AnswerAsync(HttpContext context, IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var (request, response) = (context.Request, context.Response);
        var refusal = CredentialParameters.Check(parameters);
        ClientCredentials? credentials = null;
        if (refusal is null)
        {
            (credentials, refusal) = ClientCredentialsReader.Read(request.Headers.Authorization, parameters, context.ClientCertificate());
        }

        if (refusal is not null)
        {
            await TokenResponseWriter.WriteAsync(response, refusal);
            return;
        }

        using var answer = await plans.GetAsync(credentials, context.RequestAborted);
        await answer.HandOverAsync(answer.Value is { } plan
            ? WriteAsync(request, response, plan)
            : TokenResponseWriter.WriteAsync(response, answer.Refusal!));
    }

    private static async Task WriteAsync(HttpRequest request, HttpResponse response, PlanOf plan)
    {
        var tag = new EntityTagHeaderValue(string.Create(CultureInfo.InvariantCulture, $"\"{plan.Policy.Revision}\""));
        response.Headers.ETag = tag.ToString();
        response.Headers.CacheControl = CacheControl;
        response.Headers.Vary = HeaderNames.Authorization;

        // RFC 9110 section 13.1.2: only GET and HEAD have an answer for what has not changed.
        if (!HttpMethods.IsPost(request.Method) && IsKnown(request, tag))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var json = SharingPlanWriter.Write(plan.Policy, plan.Client);
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = PrivateResponse.Json;
        response.ContentLength = json.Length;
        await response.BodyWriter.WriteAsync(json, response.HttpContext.RequestAborted);
    }

    private static bool IsKnown(HttpRequest request, EntityTagHeaderValue tag) =>
        EntityTagHeaderValue.TryParseList(request.Headers.IfNoneMatch, out var known)
        && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(tag, useStrongComparison: false));
}
