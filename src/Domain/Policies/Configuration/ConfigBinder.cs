using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ExchangeCluster.Domain.Policies.Analysis;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>
/// Fills the config records from nodes: the keys are the properties' names, so that reader, JSON Schema and code can't
/// drift apart. Every unknown, missing or ill-typed key becomes a mistake; the rest is read on.
/// </summary>
public sealed partial class ConfigBinder(Mistakes mistakes)
{
    private static readonly ConcurrentDictionary<Type, Binding> Bindings = new();

    private delegate object? Binding(ConfigBinder binder, PolicyNode node, ConfigProperty property);

    /// <summary>The record; null when <paramref name="node"/> is no mapping.</summary>
    public T? Bind<T>(PolicyNode node, string name = "the policy")
        where T : ConfigRecord => (T?)BindRecord(typeof(T), node, name);

    private object? Bind(Type type, PolicyNode node, ConfigProperty property) =>
        Bindings.GetOrAdd(type, MakeBinding)(this, node, property);

    private static Binding MakeBinding(Type type) => type.Name switch
    {
        nameof(ConfigText) => static (binder, node, property) => binder.BindText(node, property),
        nameof(ConfigNumber) => static (binder, node, property) => binder.BindNumber(node, property),
        nameof(ConfigDuration) => static (binder, node, property) => binder.BindDuration(node, property),
        nameof(ConfigAny) => static (_, node, _) => new ConfigAny(node),
        _ when !type.IsGenericType => (binder, node, property) => binder.BindRecord(type, node, $"'{property.Key}'"),
        _ => typeof(ConfigBinder)
            .GetMethod(
                type.GetGenericTypeDefinition() == typeof(ConfigList<>) ? nameof(BindList) : nameof(BindMap),
                BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Binding>(),
    };

    private ConfigRecord? BindRecord(Type type, PolicyNode node, string name)
    {
        if (node is not PolicyNode.Mapping mapping)
        {
            return Expected<ConfigRecord>(node, name, "a mapping");
        }

        var record = (ConfigRecord)RuntimeHelpers.GetUninitializedObject(type);
        record.At = node.At;
        var shape = ConfigShape.Of(type);
        var seen = 0;
        foreach (var (key, value) in mapping.Members)
        {
            if (shape.Find(key.Text) is not { } property)
            {
                mistakes.AddUnknown(key.At, "the key", key.Text, shape.Keys, shape.Properties.Select(known => known.Key));
                continue;
            }

            seen |= 1 << property.Index;
            property.Set(record, Bind(property.Type, value, property) ?? (property.IsRequired ? Placeholder(property.Type) : null));
        }

        foreach (var property in shape.Properties.Where(property => property.IsRequired && (seen & (1 << property.Index)) == 0))
        {
            mistakes.Add(node.At, $"the key '{property.Key}' is missing, expected it here", type == typeof(TrustedIssuerConfig) ? FindingKinds.UnboundedIssuer.Id : FindingKinds.MistakeId);
            property.Set(record, Placeholder(property.Type));
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

    private ConfigList<T>? BindList<T>(PolicyNode node, ConfigProperty property)
        where T : class
    {
        var items = node switch
        {
            PolicyNode.Sequence sequence => sequence.Items,
            _ when property.IsOneOrMany => [node],
            _ => default,
        };
        if (property.IsNotEmpty && items is { IsDefault: false, IsEmpty: true })
        {
            mistakes.Add(node.At, $"'{property.Key}' is empty, expected at least one");
        }

        return items.IsDefault
            ? Expected<ConfigList<T>>(node, $"'{property.Key}'", "a list")
            : new ConfigList<T>([.. items.Select(item => (T?)Bind(typeof(T), item, property)).OfType<T>()], node.At);
    }

    private ConfigMap<T>? BindMap<T>(PolicyNode node, ConfigProperty property)
        where T : class =>
        node is not PolicyNode.Mapping mapping
            ? Expected<ConfigMap<T>>(node, $"'{property.Key}'", "a mapping")
            : new ConfigMap<T>(
                [.. from member in mapping.Members
                    let value = (T?)Bind(typeof(T), member.Value, property)
                    where value is not null
                    select KeyValuePair.Create(new ConfigText(member.Key.Text, member.Key.At), value)],
                node.At);

    private ConfigText? BindText(PolicyNode node, ConfigProperty property)
    {
        if (node is not PolicyNode.Scalar { Text.Length: > 0 } scalar)
        {
            return Expected<ConfigText>(node, $"'{property.Key}'", "a text");
        }

        if (!property.Allowed.IsEmpty && !property.Allowed.Contains(scalar.Text))
        {
            mistakes.AddUnknown(node.At, $"for '{property.Key}' the value", scalar.Text, string.Join(" or ", property.Allowed), property.Allowed);
            return null;
        }

        return new ConfigText(scalar.Text, node.At);
    }

    private ConfigNumber? BindNumber(PolicyNode node, ConfigProperty property) =>
        node is PolicyNode.Scalar { IsPlain: true } scalar
            && long.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ConfigNumber(number, node.At)
            : Expected<ConfigNumber>(node, $"'{property.Key}'", "a positive whole number");

    private ConfigDuration? BindDuration(PolicyNode node, ConfigProperty property)
    {
        var match = node is PolicyNode.Scalar scalar ? DurationPattern().Match(scalar.Text) : Match.Empty;
        if (!match.Success)
        {
            return Expected<ConfigDuration>(node, $"'{property.Key}'", "a positive duration such as 60s, 15m, 1h or 1d");
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

    /// <summary>The value itself isn't quoted: it may be a secret in the wrong place.</summary>
    private T? Expected<T>(PolicyNode node, string name, string what)
        where T : class
    {
        var found = node is PolicyNode.Scalar { Text.Length: 0 } ? "nothing" : node.Kind;
        mistakes.Add(node.At, $"{name} holds {found}, expected {what}");
        return null;
    }

    [GeneratedRegex("^(?<count>[1-9][0-9]{0,5})(?<unit>[smhd])$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex DurationPattern();
}
