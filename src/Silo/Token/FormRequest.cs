using System.Buffers;
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
        var (bytes, refusal, error) = await ReadBodyAsync(context);
        return refusal is not null || error is not null
            ? new FormRequest(null, refusal, error)
            : Parse(RequestBody.Take(context.Request, bytes));
    }

    /// <summary>
    /// What can be judged without looking into the form. The bytes are in the reader's memory (<see cref="RequestBody"/>), unless
    /// one of the others is set.
    /// </summary>
    public static async ValueTask<(ReadOnlySequence<byte> Bytes, Refusal? Refusal, HttpError? Error)> ReadBodyAsync(HttpContext context)
    {
        if (context.Request.QueryString.Value is { Length: > 1 })
        {
            return (default, new Refusal(RefusalReason.QueryNotAllowed), null);
        }

        if (!RequestBody.HasAcceptableType(context.Request))
        {
            return (default, null, HttpError.UnsupportedMediaType);
        }

        var (bytes, error) = await RequestBody.ReadAsync(context.Request);
        return (bytes, null, error);
    }

    public static FormRequest Parse(byte[] body)
    {
        var (parameters, refusal) = FormParser.Parse(body);
        return new FormRequest(parameters, refusal, null);
    }
}
