using System.Collections.Frozen;
using ExchangeCluster.Contracts;

namespace ExchangeCluster.Grains.Hosting;

/// <summary>
/// Keeps Orleans clients outside the silos to <see cref="ITokenExchangeGrain"/>. A guard rail against mistakes, not a
/// wall: the id of a caller comes from the wire. The wall is who may reach the silo and gateway ports at all.
/// </summary>
public sealed class ClientCallFilter : IIncomingGrainCallFilter
{
    /// <summary>What the Orleans client itself calls: the manifest it needs to start, and the cancellation of calls.</summary>
    private static readonly FrozenSet<string> Housekeeping = new[]
    {
        "Orleans.Runtime.IClusterManifestSystemTarget",
        "Orleans.Runtime.IGrainCallCancellationExtension",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <exception cref="UnauthorizedAccessException">A client calls what only silos may call.</exception>
    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (IsOutsideClient(context.SourceId) && !IsOpenToClients(context.InterfaceMethod.DeclaringType))
        {
            throw new UnauthorizedAccessException($"Clients may call {nameof(ITokenExchangeGrain)} only.");
        }

        return context.Invoke();
    }

    /// <summary>False for grains, system targets, and the client that each silo hosts for code of its own process.</summary>
    private static bool IsOutsideClient(GrainId? source) =>
        source is { } id
        && id.Type.IsClient()
        && !id.Key.AsSpan().StartsWith("hosted-"u8);

    private static bool IsOpenToClients(Type? interfaceType) =>
        interfaceType == typeof(ITokenExchangeGrain)
        || (interfaceType?.FullName is { } name && Housekeeping.Contains(name));
}
