using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Xunit;

namespace ExchangeCluster.Architecture.Tests;

/// <summary>One type without a codec breaks every method of its grain at run time, and the build says nothing.</summary>
public sealed class GrainInterfaceTests
{
    private static readonly Assembly[] GrainAssemblies =
        [Assembly.Load("ExchangeCluster.Contracts"), Assembly.Load("ExchangeCluster.Grains")];

    public static TheoryData<Type> GrainInterfaces => [.. GrainAssemblies
        .SelectMany(assembly => assembly.GetTypes())
        .Where(type => type.IsInterface && typeof(IAddressable).IsAssignableFrom(type))];

    [Fact]
    public void Finds_the_grain_interfaces() => Assert.NotEmpty(GrainInterfaces);

    [Theory]
    [MemberData(nameof(GrainInterfaces))]
    public void Has_an_alias_on_every_grain_interface(Type grainInterface) =>
        Assert.NotNull(grainInterface.GetCustomAttribute<AliasAttribute>());

    [Theory]
    [MemberData(nameof(GrainInterfaces))]
    public void Serialises_every_type_of_every_grain_interface(Type grainInterface)
    {
        using var services = new ServiceCollection()
            .AddSerializer(builder =>
            {
                foreach (var assembly in GrainAssemblies)
                {
                    builder.AddAssembly(assembly);
                }
            })
            .BuildServiceProvider();
        var codecs = services.GetRequiredService<CodecProvider>();
        var missing = grainInterface.GetMethods().SelectMany(MessageTypes).SelectMany(Reachable).Distinct()
            .Where(type => codecs.TryGetCodec(type) is null);
        Assert.Empty(missing);
    }

    private static IEnumerable<Type> MessageTypes(MethodInfo method) =>
        method.GetParameters().Select(parameter => parameter.ParameterType)
            .Append(method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : null)
            .OfType<Type>()
            .Where(type => type != typeof(CancellationToken));

    private static IEnumerable<Type> Reachable(Type root)
    {
        var seen = new HashSet<Type>();
        var waiting = new Stack<Type>([root]);
        while (waiting.TryPop(out var type))
        {
            if (!seen.Add(type))
            {
                continue;
            }

            yield return type;
            if (GrainAssemblies.Contains(type.Assembly))
            {
                foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public)
                    .Where(property => property.GetCustomAttribute<IdAttribute>() is not null))
                {
                    waiting.Push(property.PropertyType);
                }
            }
        }
    }
}
