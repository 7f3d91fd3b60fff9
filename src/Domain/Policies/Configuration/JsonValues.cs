using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>Nodes as JSON, by YAML's core schema: a plain <c>true</c>, <c>null</c> or number is no string.</summary>
internal static class JsonValues
{
    /// <summary>The same few texts stand in the conditions of a hundred thousand rules, and each would be a document of its own.</summary>
    private static readonly Known[] Recent = new Known[256];

    public static JsonElement ToElement(PolicyNode node) =>
        node is PolicyNode.Scalar scalar && ValueOf(scalar) is string text ? ToElement(text) : JsonSerializer.SerializeToElement(ToJson(node));

    public static string ToText(PolicyNode node) => ToJson(node)?.ToJsonString() ?? "null";

    private static JsonNode? ToJson(PolicyNode node) => node switch
    {
        PolicyNode.Mapping mapping => new JsonObject(mapping.Members.Select(member => KeyValuePair.Create(member.Key.Text, ToJson(member.Value)))),
        PolicyNode.Sequence sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        PolicyNode.Scalar scalar => ValueOf(scalar) switch
        {
            null => null,
            bool value => JsonValue.Create(value),
            long value => JsonValue.Create(value),
            decimal value => JsonValue.Create(value),
            var text => JsonValue.Create((string)text),
        },
        _ => null,
    };

    private static JsonElement ToElement(string text)
    {
        ref var known = ref Recent[(uint)text.GetHashCode(StringComparison.Ordinal) % Recent.Length];
        if (known is not { } found || found.Text != text)
        {
            found = new Known(text, JsonSerializer.SerializeToElement(text));
            known = found;
        }

        return found.Value;
    }

    /// <summary>Null, a bool, long, decimal or string.</summary>
    private static object? ValueOf(PolicyNode.Scalar scalar) => scalar.IsPlain ? Plain(scalar.Text) : scalar.Text;

    private static object? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => true,
        "false" => false,
        _ when !char.IsAsciiDigit(text[^1]) => text,
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => whole,
        _ when decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => number,
        _ => text,
    };

    private sealed record Known(string Text, JsonElement Value);
}
