using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>
/// The keys of a config record, read from its properties once: reflection for every mapping of the file would make a policy
/// of 100,000 rules load in minutes.
/// </summary>
internal sealed class ConfigShape
{
    private static readonly ConcurrentDictionary<Type, ConfigShape> Shapes = new();

    private readonly FrozenDictionary<string, ConfigProperty> byKey;
    private readonly Type record;

    private ConfigShape(Type record)
    {
        this.record = record;
        Description = record.GetCustomAttribute<DescriptionAttribute>()!.Description;
        Properties =
        [
            .. record.GetProperties()
                .Where(property => property.DeclaringType == record && property.Name != "EqualityContract")
                .Select((property, index) => new ConfigProperty(property, index)),
        ];
        byKey = Properties.ToFrozenDictionary(property => property.Key, StringComparer.Ordinal);
        Required = Properties.Where(property => property.IsRequired).Aggregate(0, (all, property) => all | (1 << property.Index));
        Keys = "one of " + string.Join(", ", Properties.Select(property => property.Key).Order(StringComparer.Ordinal));
    }

    public string Description { get; }

    public ImmutableArray<ConfigProperty> Properties { get; }

    /// <summary>The bits <see cref="ConfigProperty.Index"/> of those that must be there.</summary>
    public int Required { get; }

    /// <summary>Every key, for messages.</summary>
    public string Keys { get; }

    public static ConfigShape Of(Type record) => Shapes.GetOrAdd(record, static type => new ConfigShape(type));

    public ConfigRecord Create() => (ConfigRecord)RuntimeHelpers.GetUninitializedObject(record);

    public ConfigProperty? Find(string key) => byKey.GetValueOrDefault(key);
}

/// <summary>One key of a config record.</summary>
internal sealed class ConfigProperty(PropertyInfo property, int index)
{
    /// <summary>Its place among the record's properties.</summary>
    public int Index { get; } = index;

    /// <summary>The property's name in snake_case.</summary>
    public string Key { get; } = JsonNamingPolicy.SnakeCaseLower.ConvertName(property.Name);

    public Type Type { get; } = property.PropertyType;

    public string Description { get; } = property.GetCustomAttribute<DescriptionAttribute>()!.Description;

    public bool IsRequired { get; } = property.IsDefined(typeof(RequiredMemberAttribute));

    public bool IsOneOrMany { get; } = property.IsDefined(typeof(OneOrManyAttribute));

    public bool IsNotEmpty { get; } = property.IsDefined(typeof(NotEmptyAttribute));

    /// <summary>The bounds of a number, for editors; null: a positive one.</summary>
    public RangeAttribute? Range { get; } = property.GetCustomAttribute<RangeAttribute>();

    /// <summary>The values a text may have; empty: any.</summary>
    public ImmutableArray<string> Allowed { get; } = [.. property.GetCustomAttribute<OneOfAttribute>()?.Values ?? []];

    /// <summary>The record that may stand instead of one of those texts; null: none.</summary>
    public Type? Mapping { get; } = property.GetCustomAttribute<OrMappingAttribute>()?.Record;

    public ConfigBinder.Binding Bind { get; } = ConfigBinder.BindingOf(property.PropertyType);

    public Action<ConfigRecord, object?> Set { get; } = typeof(ConfigProperty)
        .GetMethod(nameof(SetterOf), BindingFlags.Static | BindingFlags.NonPublic)!
        .MakeGenericMethod(property.DeclaringType!, property.PropertyType)
        .CreateDelegate<Func<PropertyInfo, Action<ConfigRecord, object?>>>()(property);

    private static Action<ConfigRecord, object?> SetterOf<TRecord, TValue>(PropertyInfo property)
        where TRecord : ConfigRecord
        where TValue : class
    {
        var set = property.SetMethod!.CreateDelegate<Action<TRecord, TValue?>>();
        return (record, value) => set((TRecord)record, (TValue?)value);
    }
}
