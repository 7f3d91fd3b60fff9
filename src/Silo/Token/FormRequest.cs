using ExchangeCluster.Domain.Exchange;

namespace ExchangeCluster.Silo.Token;

/// <summary>
/// A form as every OAuth endpoint of ours reads it: nothing in the query, one content type, a bounded body. Exactly one of
/// the members is set.
/// </summary>
internal readonly record struct FormRequest(
    IReadOnlyList<KeyValuePair<string, string>>? Parameters, Refusal? Refusal, HttpError? Error)
{
    public static async Task<FormRequest> ReadAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value is { Length: > 1 })
        {
            return new FormRequest(null, new Refusal(RefusalReason.QueryNotAllowed), null);
        }

        if (!RequestBody.HasAcceptableType(context.Request))
        {
            return new FormRequest(null, null, HttpError.UnsupportedMediaType);
        }

        var (body, error) = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        if (body is null)
        {
            return new FormRequest(null, null, error);
        }

        var (parameters, refusal) = FormParser.Parse(body);
        return new FormRequest(parameters, refusal, null);
    }
}
