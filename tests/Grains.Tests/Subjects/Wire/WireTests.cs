using System.Reflection;
using ExchangeCluster.Contracts;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Subjects;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Serialization;
using Orleans.Serialization.Serializers;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Subjects.Wire;

public sealed class WireTests
{
    private static readonly ServiceProvider Services = new ServiceCollection().AddSerializer().BuildServiceProvider();

    public static TheoryData<Type> GrainInterfaces => [.. GrainInterfaceTypes()];

    public static TheoryData<string, object> Messages => WireSamples.All;

    [Theory]
    [MemberData(nameof(Messages))]
    public void Keeps_every_member_of_a_message(string name, object message)
    {
        var serializer = Services.GetRequiredService<Serializer<object>>();

        var copy = serializer.Deserialize(serializer.SerializeToArray(message));

        Assert.NotSame(message, copy);
        ObjectGraph.AssertEqual(message, copy, name);
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Samples_leave_no_member_at_its_default(string name, object message) =>
        ObjectGraph.AssertFilled(message, name);

    [Theory]
    [MemberData(nameof(GrainInterfaces))]
    public void Serialises_every_type_of_a_grain_interface(Type grainInterface)
    {
        var codecs = Services.GetRequiredService<ICodecProvider>();
        var types = TypesOf(grainInterface).ToList();

        Assert.NotEmpty(types);
        Assert.All(types, type =>
        {
            // An interface has a codec whatever stands behind it, so that a compiler-made list fails only at run time.
            Assert.False(type.IsInterface, $"{type} is an interface: name the concrete type.");
            Assert.NotNull(codecs.GetCodec(type));
            Assert.Contains(WireSamples.All, row => type.IsInstanceOfType(row.Data.Item2) || !IsOurs(type));
        });
    }

    [Fact]
    public void Has_a_sample_of_every_reply_of_the_subject_grain() => Assert.All(
        typeof(SubjectReply).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(SubjectReply))),
        type => Assert.Contains(WireSamples.All, row => row.Data.Item2.GetType() == type));

    [Fact]
    public void Keeps_every_reason_of_a_refusal()
    {
        var serializer = Services.GetRequiredService<Serializer<Refusal>>();

        Assert.All(Enum.GetValues<RefusalReason>(), reason => Assert.Equal(
            new Refusal(reason), serializer.Deserialize(serializer.SerializeToArray(new Refusal(reason)))));
    }

    [Theory]
    [MemberData(nameof(Messages))]
    public void Prints_nothing_secret(string name, object message) =>
        Assert.DoesNotContain(WireSamples.Canary, $"{name} {message}", StringComparison.Ordinal);

    private static IEnumerable<Type> GrainInterfaceTypes() =>
        from assembly in new[] { typeof(ITokenExchangeGrain).Assembly, typeof(ISubjectGrain).Assembly }
        from type in assembly.GetTypes()
        where type.IsInterface && type.IsAssignableTo(typeof(IGrain))
        select type;

    private static IEnumerable<Type> TypesOf(Type grainInterface) =>
        from method in grainInterface.GetMethods()
        from type in method.GetParameters().Select(parameter => parameter.ParameterType).Append(ResultOf(method))
        where type != typeof(CancellationToken) && type != typeof(void)
        select type;

    private static Type ResultOf(MethodInfo method) =>
        method.ReturnType.IsGenericType ? method.ReturnType.GetGenericArguments()[0] : typeof(void);

    private static bool IsOurs(Type type) =>
        type.Assembly.GetName().Name!.StartsWith("ExchangeCluster.", StringComparison.Ordinal);
}
