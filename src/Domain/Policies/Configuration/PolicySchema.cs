using System.ComponentModel;
using System.Reflection;
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
        var properties = new JsonObject();
        var required = new JsonArray();
        foreach (var property in ConfigBinder.PropertiesOf(type))
        {
            properties[ConfigBinder.KeyOf(property)] = Described(property, Value(property.PropertyType, property));
            if (ConfigBinder.IsRequired(property))
            {
                required.Add(ConfigBinder.KeyOf(property));
            }
        }

        return new JsonObject
        {
            ["description"] = type.GetCustomAttribute<DescriptionAttribute>()!.Description,
            ["type"] = "object",
            ["additionalProperties"] = false,
            ["properties"] = properties,
            ["required"] = required,
        };
    }

    private static JsonObject Value(Type type, PropertyInfo property)
    {
        if (type.IsGenericType)
        {
            var item = Value(type.GetGenericArguments()[0], property);
            if (type.GetGenericTypeDefinition() == typeof(ConfigMap<>))
            {
                return new JsonObject { ["type"] = "object", ["additionalProperties"] = item };
            }

            var list = new JsonObject { ["type"] = "array", ["items"] = item };
            return property.IsDefined(typeof(OneOrManyAttribute))
                ? new JsonObject { ["anyOf"] = new JsonArray(item.DeepClone(), list) }
                : list;
        }

        return type.Name switch
        {
            nameof(ConfigText) => Text(property),
            nameof(ConfigNumber) => new JsonObject { ["type"] = "integer", ["minimum"] = 1 },
            nameof(ConfigDuration) => new JsonObject { ["type"] = "string", ["pattern"] = "^[1-9][0-9]{0,5}[smhd]$" },
            nameof(ConfigAny) => [],
            _ => Record(type),
        };
    }

    private static JsonObject Text(PropertyInfo property)
    {
        var text = new JsonObject { ["type"] = "string" };
        if (property.GetCustomAttribute<OneOfAttribute>() is { } allowed)
        {
            text["enum"] = new JsonArray([.. allowed.Values.Select(value => JsonValue.Create(value))]);
        }

        return text;
    }

    private static JsonObject Described(PropertyInfo property, JsonObject value)
    {
        value["description"] = property.GetCustomAttribute<DescriptionAttribute>()!.Description;
        return value;
    }
}
