using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;

namespace ExchangeCluster.Silo.Token;

/// <summary>Splits a form body into its parameters. Strict and bounded: what it can't read exactly, it refuses.</summary>
internal static class FormParser
{
    /// <summary>The longest encoded parameter name, in bytes.</summary>
    public const int MaxNameLength = 256;

    /// <summary>Exactly one of the results is set.</summary>
    /// <param name="body">The whole body; overwritten.</param>
    public static (IReadOnlyList<KeyValuePair<string, string>>? Parameters, Refusal? Refusal) Parse(Span<byte> body)
    {
        var parameters = new List<KeyValuePair<string, string>>(capacity: 12);
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)'&');
            var pair = end < 0 ? body : body[..end];
            body = end < 0 ? [] : body[(end + 1)..];
            if (pair.IsEmpty)
            {
                continue;
            }

            if (parameters.Count == TokenRequestReader.MaxParameters)
            {
                return (null, new Refusal(RefusalReason.TooManyParameters));
            }

            if (!TryReadPair(pair, out var parameter))
            {
                return (null, new Refusal(RefusalReason.MalformedRequest));
            }

            parameters.Add(parameter);
        }

        return (parameters, null);
    }

    private static bool TryReadPair(Span<byte> pair, out KeyValuePair<string, string> parameter)
    {
        var equals = pair.IndexOf((byte)'=');
        var nameBytes = equals < 0 ? pair : pair[..equals];
        var valueBytes = equals < 0 ? [] : pair[(equals + 1)..];
        if (nameBytes.Length <= MaxNameLength
            && FormEncoding.TryDecode(nameBytes, out var name)
            && FormEncoding.TryDecode(valueBytes, out var value))
        {
            parameter = new(name, value);
            return true;
        }

        parameter = default;
        return false;
    }
}
