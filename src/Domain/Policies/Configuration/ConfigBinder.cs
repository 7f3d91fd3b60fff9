using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using ExchangeCluster.Domain.Policies.Analysis;

namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>
/// Fills the config records from events as they come: the keys are the properties' names, so that reader, JSON Schema and code
/// can't drift apart. Every unknown, missing or ill-typed key becomes a mistake; the rest is read on.
/// </summary>
/// <param name="events">Of each value, the first event is the current one before it is bound, and its last one after.</param>
/// <param name="mistakes">What is wrong with the values.</param>
/// <param name="syntax">What is wrong before that: keys that are none.</param>
internal sealed partial class ConfigBinder(PolicyEvents events, Mistakes mistakes, Mistakes syntax)
{
    /// <summary>Objects of the lists and mappings that are being read, each one's after those of the ones around it.</summary>
    private readonly List<object> pending = [];

    /// <summary>Binds the value that begins with the current event; null, after a mistake, when that can't be.</summary>
    public delegate object? Binding(ConfigBinder binder, ConfigProperty property);

    /// <summary>The record that a mapping stands for.</summary>
    public static T Bind<T>(PolicyNode.Mapping node, Mistakes mistakes)
        where T : ConfigRecord
    {
        using var events = new PolicyEvents(PolicyNodes.EventsOf(node));
        events.MoveNext();
        return new ConfigBinder(events, mistakes, mistakes).Bind<T>();
    }

    /// <summary>The record of the mapping that begins with the current event.</summary>
    public T Bind<T>()
        where T : ConfigRecord => (T)BindMembers(ConfigShape.Of(typeof(T)));

    /// <summary>How a value of the type is bound.</summary>
    public static Binding BindingOf(Type type) => type.Name switch
    {
        nameof(ConfigText) => static (binder, property) => binder.BindText(property),
        nameof(ConfigNumber) => static (binder, property) => binder.BindNumber(property),
        nameof(ConfigDuration) => static (binder, property) => binder.BindDuration(property),
        nameof(ConfigAny) => static (binder, _) => binder.BindAny(),
        _ when !type.IsGenericType => (binder, property) => binder.BindRecord(type, property),
        _ => typeof(ConfigBinder)
            .GetMethod(
                type.GetGenericTypeDefinition() == typeof(ConfigList<>) ? nameof(BindList) : nameof(BindMap),
                BindingFlags.Instance | BindingFlags.NonPublic)!
            .MakeGenericMethod(type.GetGenericArguments())
            .CreateDelegate<Binding>(),
    };

    private ConfigRecord? BindRecord(Type type, ConfigProperty property) =>
        events.Current.Kind == PolicyEventKind.MappingStart ? BindMembers(ConfigShape.Of(type)) : Expected<ConfigRecord>(property, "a mapping");

    private ConfigRecord BindMembers(ConfigShape shape)
    {
        var record = shape.Create();
        record.At = events.Current.At;
        var seen = 0;
        NameSet? unknown = null;
        while (events.MoveNext() && events.Current.Kind != PolicyEventKind.MappingEnd)
        {
            var property = events.Current.Kind == PolicyEventKind.Scalar ? shape.Find(events.Current.Text) : null;
            if (property is not null && (seen & (1 << property.Index)) == 0)
            {
                seen |= 1 << property.Index;
                events.MoveNext();
                property.Set(record, property.Bind(this, property) ?? (property.IsRequired ? Placeholder(property.Type) : null));
            }
            else if (PolicyNodes.ReadKey(events, property is null ? unknown ??= new NameSet() : null, syntax) is { } key)
            {
                PolicyNodes.Read(events, syntax);
                mistakes.AddUnknown(key.At, "the key", key.Text, shape.Keys, shape.Properties.Select(known => known.Key));
            }
        }

        if ((seen & shape.Required) != shape.Required)
        {
            AddMissing(record, shape, seen);
        }

        return record;
    }

    private void AddMissing(ConfigRecord record, ConfigShape shape, int seen)
    {
        foreach (var property in shape.Properties.Where(property => property.IsRequired && (seen & (1 << property.Index)) == 0))
        {
            mistakes.Add(record.At, $"the key '{property.Key}' is missing, expected it here", record is TrustedIssuerConfig && property.Key != "issuer" ? FindingKinds.UnboundedIssuer.Id : FindingKinds.MistakeId);
            property.Set(record, Placeholder(property.Type));
        }
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

    private ConfigList<T>? BindList<T>(ConfigProperty property)
        where T : class
    {
        var (kind, at) = (events.Current.Kind, events.Current.At);
        if (kind != PolicyEventKind.SequenceStart)
        {
            return !property.IsOneOrMany ? Expected<ConfigList<T>>(property, "a list")
                : new ConfigList<T>(Items<T>.Bind(this, property) is T only ? [only] : [], at);
        }

        var start = pending.Count;
        var isEmpty = true;
        while (events.MoveNext() && events.Current.Kind != PolicyEventKind.SequenceEnd)
        {
            isEmpty = false;
            if (Items<T>.Bind(this, property) is { } item)
            {
                pending.Add(item);
            }
        }

        if (property.IsNotEmpty && isEmpty)
        {
            mistakes.Add(at, $"'{property.Key}' is empty, expected at least one");
        }

        var items = new T[pending.Count - start];
        for (var index = 0; index < items.Length; index++)
        {
            items[index] = (T)pending[start + index];
        }

        pending.RemoveRange(start, items.Length);
        return new ConfigList<T>(ImmutableCollectionsMarshal.AsImmutableArray(items), at);
    }

    private ConfigMap<T>? BindMap<T>(ConfigProperty property)
        where T : class
    {
        var at = events.Current.At;
        if (events.Current.Kind != PolicyEventKind.MappingStart)
        {
            return Expected<ConfigMap<T>>(property, "a mapping");
        }

        var start = pending.Count;
        var names = new NameSet();
        while (events.MoveNext() && events.Current.Kind != PolicyEventKind.MappingEnd)
        {
            if (PolicyNodes.ReadKey(events, names, syntax) is { } key && Items<T>.Bind(this, property) is { } value)
            {
                pending.Add(new ConfigText(key.Text, key.At));
                pending.Add(value);
            }
        }

        var members = new KeyValuePair<ConfigText, T>[(pending.Count - start) / 2];
        for (var index = 0; index < members.Length; index++)
        {
            members[index] = KeyValuePair.Create((ConfigText)pending[start + (2 * index)], (T)pending[start + (2 * index) + 1]);
        }

        pending.RemoveRange(start, 2 * members.Length);
        return new ConfigMap<T>(ImmutableCollectionsMarshal.AsImmutableArray(members), at);
    }

    private ConfigAny BindAny() => new(PolicyNodes.Read(events, syntax));

    private ConfigText? BindText(ConfigProperty property)
    {
        var value = events.Current;
        if (value.Kind != PolicyEventKind.Scalar || value.Text.Length == 0)
        {
            return Expected<ConfigText>(property, "a text");
        }

        if (!property.Allowed.IsEmpty && !property.Allowed.Contains(value.Text))
        {
            mistakes.AddUnknown(value.At, $"for '{property.Key}' the value", value.Text, string.Join(" or ", property.Allowed), property.Allowed);
            return null;
        }

        return new ConfigText(value.Text, value.At);
    }

    private ConfigNumber? BindNumber(ConfigProperty property) =>
        events.Current is { Kind: PolicyEventKind.Scalar, IsPlain: true } scalar
            && long.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? new ConfigNumber(number, scalar.At)
            : Expected<ConfigNumber>(property, "a positive whole number");

    private ConfigDuration? BindDuration(ConfigProperty property)
    {
        var match = events.Current.Kind == PolicyEventKind.Scalar ? DurationPattern().Match(events.Current.Text) : Match.Empty;
        if (!match.Success)
        {
            return Expected<ConfigDuration>(property, "a positive duration such as 60s, 15m, 1h or 1d");
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
            events.Current.At);
    }

    /// <summary>The value itself isn't quoted: it may be a secret in the wrong place.</summary>
    private T? Expected<T>(ConfigProperty property, string what)
        where T : class
    {
        var node = PolicyNodes.Read(events, syntax);
        var found = node is PolicyNode.Scalar { Text.Length: 0 } ? "nothing" : node.Kind;
        mistakes.Add(node.At, $"'{property.Key}' holds {found}, expected {what}");
        return null;
    }

    private static class Items<T>
    {
        public static readonly Binding Bind = BindingOf(typeof(T));
    }

    [GeneratedRegex(@"^(?<count>[1-9][0-9]{0,5})(?<unit>[smhd])\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DurationPattern();
}
