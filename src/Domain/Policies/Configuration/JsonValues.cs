using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>Nodes as JSON, by YAML's core schema: a plain <c>true</c>, <c>null</c> or number is no string.</summary>
internal static class JsonValues
{
    public static JsonElement ToElement(PolicyNode node) => JsonSerializer.SerializeToElement(ToJson(node));

    public static string ToText(PolicyNode node) => ToJson(node)?.ToJsonString() ?? "null";

    private static JsonNode? ToJson(PolicyNode node) => node switch
    {
        PolicyNode.Mapping mapping => new JsonObject(mapping.Members.Select(member => KeyValuePair.Create(member.Key.Text, ToJson(member.Value)))),
        PolicyNode.Sequence sequence => new JsonArray([.. sequence.Items.Select(ToJson)]),
        PolicyNode.Scalar { IsPlain: false } scalar => JsonValue.Create(scalar.Text),
        PolicyNode.Scalar scalar => Plain(scalar.Text),
        _ => null,
    };

    private static JsonValue? Plain(string text) => text switch
    {
        "" or "~" or "null" => null,
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ when long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole) => JsonValue.Create(whole),
        _ when char.IsAsciiDigit(text[^1]) && decimal.TryParse(
            text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
        _ => JsonValue.Create(text),
    };
}
