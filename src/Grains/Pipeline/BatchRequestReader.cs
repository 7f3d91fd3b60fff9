using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Reads a batch exchange: the parameters of a token exchange, whose targets, scopes, details and requested types stand in the JSON
/// array <c>requests</c> instead. A request that can't be read refuses all of them: results of their own are for decisions.
/// </summary>
internal static class BatchRequestReader
{
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 12, AllowDuplicateProperties = false };

    /// <summary>Exactly one of the results is set.</summary>
    public static (TokenRequest? Request, Refusal? Refusal) Read(RequestParameters parameters)
    {
        if (SaysItselfWhatItemsSay(parameters) || !TryParse(parameters.Get(ParameterNames.Requests), out var list))
        {
            return (null, new Refusal(RefusalReason.MalformedBatch));
        }

        var items = ImmutableArray.CreateBuilder<TokenExchangeRequest>();
        foreach (var json in list.EnumerateArray())
        {
            if (!TryReadItem(json, parameters, out var item))
            {
                return (null, new Refusal(RefusalReason.MalformedBatch));
            }

            var (request, refusal) = TokenExchangeRequestReader.Read(item);
            if (request is null)
            {
                return (null, refusal);
            }

            items.Add(request);
        }

        return (new TokenRequest.Batch(items.ToImmutable()), null);
    }

    private static bool SaysItselfWhatItemsSay(RequestParameters parameters) =>
        parameters.Audiences.Length + parameters.Resources.Length > 0
        || parameters.Get(ParameterNames.Scope) is not null
        || parameters.Get(AuthorizationDetails.Name) is not null
        || parameters.Get(ParameterNames.RequestedTokenType) is not null;

    private static bool TryParse(string? text, out JsonElement list)
    {
        list = default;
        try
        {
            list = JsonElement.Parse(text ?? string.Empty, Strict);
        }
        catch (JsonException)
        {
            return false;
        }

        return list.ValueKind == JsonValueKind.Array && list.GetArrayLength() is > 0 and <= TokenRequest.Batch.MaxItems;
    }

    /// <summary>One target each: the point is a token for every audience alone. Unknown members are ignored, as parameters are.</summary>
    private static bool TryReadItem(JsonElement json, RequestParameters parameters, out RequestParameters item)
    {
        item = parameters;
        if (json.ValueKind != JsonValueKind.Object
            || !TryReadText(json, ParameterNames.Audience, out var audience)
            || !TryReadText(json, ParameterNames.Resource, out var resource)
            || !TryReadText(json, ParameterNames.Scope, out var scope)
            || !TryReadText(json, ParameterNames.RequestedTokenType, out var requestedTokenType)
            || audience is null == resource is null
            || (json.TryGetProperty(AuthorizationDetails.Name, out var details) && details.ValueKind != JsonValueKind.Array))
        {
            return false;
        }

        var detailsText = details.ValueKind == JsonValueKind.Array ? details.GetRawText() : null;
        item = parameters.ForItem(audience, resource, scope, detailsText, requestedTokenType);
        return true;
    }

    /// <summary>False when the member is there and not a text; null when omitted or empty.</summary>
    private static bool TryReadText(JsonElement json, string name, out string? text)
    {
        text = null;
        if (!json.TryGetProperty(name, out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        try
        {
            text = value.GetString() is { Length: > 0 } found ? found : null;
            return true;
        }
        catch (InvalidOperationException)
        {
            // An escape that is half a surrogate pair.
            return false;
        }
    }
}
