using System.Collections.Immutable;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Subjects.Wire;

/// <summary><see cref="Lineage"/> between silos.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.Lineage")]
internal struct LineageRecord
{
    [Id(0)]
    public RootSubjectRecord Root;

    [Id(1)]
    public ImmutableArray<UInt128> Ancestors;

    [Id(2)]
    public ImmutableArray<HopRecord> Hops;

    [Id(3)]
    public ImmutableArray<ElevationRecord> Elevations;

    [Id(4)]
    public long PolicyRevision;

    [Id(5)]
    public Guid RevocationIncarnation;

    [Id(6)]
    public long RevocationEpoch;

    [Id(7)]
    public ImmutableArray<RootSubjectRecord> Actors;

    [Id(8)]
    public DateTimeOffset? RefreshUntil;

    [Id(9)]
    public ImmutableArray<HopRecord> Reuses;

    public static LineageRecord Of(Lineage lineage) => new()
    {
        Root = RootSubjectRecord.Of(lineage.Root),
        Ancestors = [.. lineage.Ancestors.Select(handle => handle.Value)],
        Hops = [.. lineage.Hops.Select(hop => new HopRecord { Client = hop.Client, Target = hop.Target })],
        Elevations = [.. lineage.Elevations.Select(e => new ElevationRecord { Scope = e.Scope, By = e.By })],
        PolicyRevision = lineage.PolicyRevision,
        RevocationIncarnation = lineage.RevocationIncarnation,
        RevocationEpoch = lineage.RevocationEpoch,
        Actors = [.. lineage.Actors.Select(RootSubjectRecord.Of)],
        RefreshUntil = lineage.RefreshUntil,
        Reuses = [.. lineage.Reuses.Select(hop => new HopRecord { Client = hop.Client, Target = hop.Target })],
    };

    public readonly Lineage ToLineage() => new()
    {
        Root = Root.ToRoot(),
        Ancestors = [.. Ancestors.Select(handle => new TokenHandle(handle))],
        Hops = [.. Hops.Select(hop => new Hop(hop.Client, hop.Target))],
        Elevations = [.. Elevations.Select(e => new Elevation(e.Scope, e.By))],
        PolicyRevision = PolicyRevision,
        RevocationIncarnation = RevocationIncarnation,
        RevocationEpoch = RevocationEpoch,
        Actors = [.. Actors.Select(actor => actor.ToRoot())],
        RefreshUntil = RefreshUntil,
        Reuses = Reuses.IsDefault ? [] : [.. Reuses.Select(hop => new Hop(hop.Client, hop.Target))],
    };
}

/// <summary><see cref="Hop"/> between silos.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.Hop")]
internal struct HopRecord
{
    [Id(0)]
    public string Client;

    [Id(1)]
    public string Target;
}

/// <summary><see cref="Elevation"/> between silos.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.Elevation")]
internal struct ElevationRecord
{
    [Id(0)]
    public string Scope;

    [Id(1)]
    public string By;
}

/// <summary><see cref="RootSubject"/> between silos.</summary>
[GenerateSerializer, Alias("ExchangeCluster.Wire.RootSubject")]
internal struct RootSubjectRecord
{
    [Id(0)]
    public string Issuer;

    [Id(1)]
    public string Subject;

    [Id(2)]
    public string? Session;

    [Id(3)]
    public DateTimeOffset? IssuedAt;

    [Id(4)]
    public UInt128 Handle;

    public static RootSubjectRecord Of(RootSubject root) => new()
    {
        Issuer = root.Issuer,
        Subject = root.Subject,
        Session = root.Session,
        IssuedAt = root.IssuedAt,
        Handle = root.Handle.Value,
    };

    public readonly RootSubject ToRoot() => new(Issuer, Subject, Session, IssuedAt, new TokenHandle(Handle));
}
