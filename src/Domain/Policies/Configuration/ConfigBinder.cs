using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>
/// Fills the config records from nodes: the names are the properties' in snake_case, so that reader, JSON Schema and code can't
/// drift apart. Every unknown, missing or ill-typed key becomes a mistake; the rest is read on.
/// </summary>
public sealed partial class ConfigBinder(Mistakes mistakes)
{
    private static readonly MethodInfo BindListMethod = Method(nameof(BindList));
    private static readonly MethodInfo BindMapMethod = Method(nameof(BindMap));

    /// <summary>The key of a property in the file.</summary>
    public static string KeyOf(PropertyInfo property) => JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    /// <summary>The properties that stand in the file.</summary>
    public static IEnumerable<PropertyInfo> PropertiesOf(Type record) =>
        record.GetProperties().Where(property => property.DeclaringType == record && property.Name != "EqualityContract");

    public static bool IsRequired(PropertyInfo property) => property.IsDefined(typeof(RequiredMemberAttribute));

    /// <summary>The record; null when <paramref name="node"/> is no mapping.</summary>
    public T? Bind<T>(PolicyNode node)
        where T : ConfigRecord => (T?)BindRecord(typeof(T), node);

    private object? Bind(Type type, PolicyNode node, PropertyInfo property)
    {
        if (type == typeof(ConfigText))
        {
            return BindText(node, property);
        }

        if (type == typeof(ConfigNumber))
        {
            return BindNumber(node);
        }

        if (type == typeof(ConfigDuration))
        {
            return BindDuration(node);
        }

        if (type == typeof(ConfigAny))
        {
            return new ConfigAny(node);
        }

        if (type.IsGenericType)
        {
            var method = type.GetGenericTypeDefinition() == typeof(ConfigList<>) ? BindListMethod : BindMapMethod;
            return method.MakeGenericMethod(type.GetGenericArguments()).Invoke(this, [node, property]);
        }

        return BindRecord(type, node);
    }

    private object? BindRecord(Type type, PolicyNode node)
    {
        if (node is not PolicyNode.Mapping mapping)
        {
            return Expected(node, "a mapping");
        }

        var record = (ConfigRecord)RuntimeHelpers.GetUninitializedObject(type);
        record.At = node.At;
        var properties = PropertiesOf(type).ToDictionary(KeyOf, StringComparer.Ordinal);
        var missing = properties.Where(property => IsRequired(property.Value)).Select(property => property.Key).ToHashSet(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Members)
        {
            if (!properties.TryGetValue(key.Text, out var property))
            {
                mistakes.AddUnknown(key.At, "the key", key.Text, properties.Keys);
                continue;
            }

            missing.Remove(key.Text);
            property.SetValue(record, Bind(property.PropertyType, value, property) ?? (IsRequired(property) ? Placeholder(property.PropertyType) : null));
        }

        foreach (var key in missing)
        {
            mistakes.Add(node.At, $"'{key}' is missing");
            properties[key].SetValue(record, Placeholder(properties[key].PropertyType));
        }

        return record;
    }

    /// <summary>Stands where a required value is missing or wrong, so that the rest is checked too; it stands nowhere.</summary>
    private static object Placeholder(Type type)
    {
        if (type.IsGenericType)
        {
            var empty = typeof(ImmutableArray<>).MakeGenericType(type.GetGenericArguments()).GetField("Empty")!.GetValue(null);
            return Activator.CreateInstance(type, empty, default(Position))!;
        }

        return type == typeof(ConfigText) ? new ConfigText("", default)
            : type == typeof(ConfigNumber) ? new ConfigNumber(0, default)
            : type == typeof(ConfigDuration) ? new ConfigDuration(TimeSpan.Zero, default)
            : throw new NotSupportedException($"{type.Name} has no placeholder.");
    }

    private ConfigList<T>? BindList<T>(PolicyNode node, PropertyInfo property)
        where T : class
    {
        var items = node switch
        {
            PolicyNode.Sequence sequence => sequence.Items,
            _ when property.IsDefined(typeof(OneOrManyAttribute)) => [node],
            _ => default,
        };
        return items.IsDefault
            ? (ConfigList<T>?)Expected(node, "a list")
            : new ConfigList<T>([.. items.Select(item => (T?)Bind(typeof(T), item, property)).OfType<T>()], node.At);
    }

    private ConfigMap<T>? BindMap<T>(PolicyNode node, PropertyInfo property)
        where T : class =>
        node is not PolicyNode.Mapping mapping
            ? (ConfigMap<T>?)Expected(node, "a mapping")
            : new ConfigMap<T>(
                [.. from member in mapping.Members
                    let value = (T?)Bind(typeof(T), member.Value, property)
                    where value is not null
                    select KeyValuePair.Create(new ConfigText(member.Key.Text, member.Key.At), value)],
                node.At);

    private ConfigText? BindText(PolicyNode node, PropertyInfo property)
    {
        if (node is not PolicyNode.Scalar { Text.Length: > 0 } scalar)
        {
            return (ConfigText?)Expected(node, "a text");
        }

        if (property.GetCustomAttribute<OneOfAttribute>() is { } allowed && !allowed.Values.Contains(scalar.Text, StringComparer.Ordinal))
        {
            mistakes.Add(node.At, $"'{scalar.Text}' is not possible here, expected {string.Join(" or ", allowed.Values)}");
            return null;
        }

        return new ConfigText(scalar.Text, node.At);
    }

    private ConfigNumber? BindNumber(PolicyNode node) =>
        node is PolicyNode.Scalar { IsPlain: true } scalar
            && long.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ConfigNumber(number, node.At)
            : (ConfigNumber?)Expected(node, "a whole number");

    private ConfigDuration? BindDuration(PolicyNode node)
    {
        var match = node is PolicyNode.Scalar scalar ? DurationPattern().Match(scalar.Text) : Match.Empty;
        if (!match.Success)
        {
            return (ConfigDuration?)Expected(node, "a positive duration such as 60s, 15m, 1h or 1d");
        }

        var count = int.Parse(match.Groups["count"].ValueSpan, CultureInfo.InvariantCulture);
        return new ConfigDuration(
            match.Groups["unit"].Value switch
            {
                "s" => TimeSpan.FromSeconds(count),
                "m" => TimeSpan.FromMinutes(count),
                "h" => TimeSpan.FromHours(count),
                _ => TimeSpan.FromDays(count),
            },
            node.At);
    }

    private object? Expected(PolicyNode node, string what)
    {
        var found = node is PolicyNode.Scalar { Text.Length: 0 } ? "nothing" : node.Kind;
        mistakes.Add(node.At, $"found {found}, expected {what}");
        return null;
    }

    private static MethodInfo Method(string name) =>
        typeof(ConfigBinder).GetMethod(name, BindingFlags.Instance | BindingFlags.NonPublic)!;

    [GeneratedRegex("^(?<count>[1-9][0-9]{0,5})(?<unit>[smhd])$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DurationPattern();
}
