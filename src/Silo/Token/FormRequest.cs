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
        var (body, refusal, error) = await ReadBodyAsync(context);
        return body is null ? new FormRequest(null, refusal, error) : Parse(body);
    }

    /// <summary>What can be judged without looking into the form. Exactly one of the results is set.</summary>
    public static async Task<(byte[]? Body, Refusal? Refusal, HttpError? Error)> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value is { Length: > 1 })
        {
            return (null, new Refusal(RefusalReason.QueryNotAllowed), null);
        }

        if (!RequestBody.HasAcceptableType(context.Request))
        {
            return (null, null, HttpError.UnsupportedMediaType);
        }

        var (body, error) = await RequestBody.ReadAsync(context.Request, context.RequestAborted);
        return (body, null, error);
    }

    public static FormRequest Parse(byte[] body)
    {
        var (parameters, refusal) = FormParser.Parse(body);
        return new FormRequest(parameters, refusal, null);
    }
}
