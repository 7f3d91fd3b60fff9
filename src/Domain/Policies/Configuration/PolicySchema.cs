using System.Text.Json;
using System.Text.Json.Nodes;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>The JSON Schema of the policy file, for completion in editors; generated from the config records.</summary>
public static class PolicySchema
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n" };

    public static string Generate()
    {
        var schema = Record(typeof(PolicyConfig));
        schema.Insert(0, "$schema", "https://json-schema.org/draft/2020-12/schema");
        schema.Insert(1, "title", "ExchangeCluster policy");
        return schema.ToJsonString(Indented) + "\n";
    }

    private static JsonObject Record(Type type)
    {
        var shape = ConfigShape.Of(type);
        var properties = new JsonObject();
        foreach (var property in shape.Properties)
        {
            var value = Value(property.Type, property);
            value["description"] = property.Description;
            properties[property.Key] = value;
        }

        return new JsonObject
        {
            ["description"] = shape.Description,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
            ["required"] = Texts(shape.Properties.Where(property => property.IsRequired).Select(property => property.Key)),
        };
    }

    private static JsonObject Value(Type type, ConfigProperty property)
    {
        if (type.IsGenericType)
        {
            var item = Value(type.GetGenericArguments()[0], property);
            if (type.GetGenericTypeDefinition() == typeof(ConfigMap<>))
            {
                return new JsonObject { ["type"] = "object", ["additionalProperties"] = item };
            }

            var list = new JsonObject { ["type"] = "array", ["items"] = item };
            if (property.IsNotEmpty)
            {
                list["minItems"] = 1;
            }

            return property.IsOneOrMany ? new JsonObject { ["anyOf"] = new JsonArray(item.DeepClone(), list) } : list;
        }

        return type.Name switch
        {
            nameof(ConfigText) => Allowed(property, new JsonObject { ["type"] = "string" }),
            nameof(ConfigNumber) when property.Range is { } range =>
                new JsonObject { ["type"] = "integer", ["minimum"] = (int)range.Minimum, ["maximum"] = (int)range.Maximum },
            nameof(ConfigNumber) => new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
            nameof(ConfigDuration) => new JsonObject { ["type"] = "string", ["pattern"] = "^[1-9][0-9]{0,5}[smhd]$" },
            nameof(ConfigAny) when property.Mapping is { } mapping =>
                new JsonObject { ["anyOf"] = new JsonArray(Allowed(property, []), Record(mapping)) },
            nameof(ConfigAny) => Allowed(property, []),
            _ => Record(type),
        };
    }

    private static JsonObject Allowed(ConfigProperty property, JsonObject value)
    {
        if (!property.Allowed.IsEmpty)
        {
            value["enum"] = Texts(property.Allowed);
        }

        return value;
    }

    private static JsonArray Texts(IEnumerable<string> texts) => [.. texts.Select(text => JsonValue.Create(text))];
}
