using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects.Wire;

/// <summary>Compares objects by every public property, so that a new property that nobody put on the wire is noticed.</summary>
internal static class ObjectGraph
{
    public static void AssertEqual(object? expected, object? actual, string path)
    {
        if (expected is null || actual is null)
        {
            Assert.True(expected is null && actual is null, $"{path}: one is null.");
            return;
        }

        Assert.True(expected.GetType() == actual.GetType(), $"{path}: {expected.GetType()} became {actual.GetType()}.");
        switch (expected)
        {
            case SensitiveText secret:
                Assert.True(secret.Reveal() == ((SensitiveText)actual).Reveal(), $"{path}: the value changed.");
                break;
            case JsonElement json:
                Assert.Equal(json.GetRawText(), ((JsonElement)actual).GetRawText());
                break;
            case IEnumerable items and not string:
                var (left, right) = (items.Cast<object>().ToList(), ((IEnumerable)actual).Cast<object>().ToList());
                Assert.True(left.Count == right.Count, $"{path}: {left.Count} items became {right.Count}.");
                for (var i = 0; i < left.Count; i++)
                {
                    AssertEqual(left[i], right[i], $"{path}[{i}]");
                }

                break;
            case var _ when IsLeaf(expected.GetType()):
                Assert.True(expected.Equals(actual), $"{path}: the value changed.");
                break;
            default:
                foreach (var property in PropertiesOf(expected.GetType()))
                {
                    AssertEqual(property.GetValue(expected), property.GetValue(actual), $"{path}.{property.Name}");
                }

                break;
        }
    }

    /// <summary>A sample proves something only if each of its properties holds more than the default.</summary>
    public static void AssertFilled(object sample, string path)
    {
        foreach (var property in PropertiesOf(sample.GetType()))
        {
            var (value, name) = (property.GetValue(sample), $"{path}.{property.Name}");
            Assert.True(value is not null, $"{name} is null.");
            switch (value)
            {
                case IEnumerable items and not string:
                    Assert.True(items.Cast<object>().Any(), $"{name} is empty.");
                    Assert.All(items.Cast<object>().Where(item => !IsLeaf(item.GetType())), item => AssertFilled(item, name));
                    break;
                case var _ when IsLeaf(value.GetType()):
                    Assert.False(IsDefault(value), $"{name} is the default.");
                    break;
                default:
                    AssertFilled(value, name);
                    break;
            }
        }
    }

    /// <summary>Every value, with the path to it.</summary>
    public static IEnumerable<string> Lines(object? value, string path) => value switch
    {
        null => [$"{path} = null"],
        SensitiveText secret => [$"{path} = {secret.Reveal()}"],
        JsonElement json => [$"{path} = {json.GetRawText()}"],
        DateTimeOffset time => [$"{path} = {time.ToUniversalTime():O}"],
        IEnumerable items and not string => items.Cast<object>().SelectMany((item, index) => Lines(item, $"{path}[{index}]")),
        _ when IsLeaf(value.GetType()) => [$"{path} = {Convert.ToString(value, CultureInfo.InvariantCulture)}"],
        _ => PropertiesOf(value.GetType()).SelectMany(property => Lines(property.GetValue(value), $"{path}.{property.Name}")),
    };

    private static bool IsDefault(object value) =>
        value.GetType().IsValueType && value.Equals(Activator.CreateInstance(value.GetType()));

    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type.IsEnum || (type.Namespace?.StartsWith("System", StringComparison.Ordinal) ?? false)
        || type == typeof(SensitiveText) || type == typeof(ScopeSet);

    /// <summary>But for what says that others are empty.</summary>
    private static IEnumerable<PropertyInfo> PropertiesOf(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.GetIndexParameters().Length == 0 && property.Name != "IsEmpty");
}
