using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Grains.Subjects;
using Orleans.GrainDirectory;
using Orleans.Metadata;
using Orleans.Runtime.GrainDirectory;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>
/// What a grain directory is in a cluster that doesn't agree about it: one for each silo, which knows only what this silo told it. Every
/// grain is activated on every silo that asks for it.
/// </summary>
internal sealed class PrivateDirectory : IGrainDirectory, IGrainDirectoryResolver
{
    private readonly ConcurrentDictionary<GrainId, GrainAddress> addresses = new();

    public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(addresses.GetOrAdd(address.GrainId, address));

    public Task<GrainAddress?> Lookup(GrainId grainId) => Task.FromResult(addresses.GetValueOrDefault(grainId));

    public Task Unregister(GrainAddress address)
    {
        addresses.TryRemove(address.GrainId, out _);
        return Task.CompletedTask;
    }

    public bool TryResolveGrainDirectory(GrainType grainType, GrainProperties? properties, [NotNullWhen(true)] out IGrainDirectory? grainDirectory)
    {
        grainDirectory = properties?.Properties.GetValueOrDefault(WellKnownGrainTypeProperties.TypeName) == nameof(SubjectGrain) ? this : null;
        return grainDirectory is not null;
    }

    public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
}
