using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Grains.Subjects.Wire;
using ExchangeCluster.Protocol;
using Orleans.Serialization;

namespace ExchangeCluster.Grains.Replication;

/// <summary>The refresh tokens of the cluster, one record for each family. Throws when the store can't answer: then nothing may be assumed.</summary>
public interface IRefreshTokens
{
    /// <summary>Begins a family.</summary>
    /// <param name="command">What was granted, to be decided again.</param>
    /// <param name="lineage">Of what was granted: by it a family is revoked.</param>
    /// <param name="token">What the same exchange issues: its scope and details are the most that it is for, its time the start.</param>
    /// <param name="until">Its end.</param>
    /// <param name="secret">Of the cluster.</param>
    /// <param name="cancellationToken">Gives up.</param>
    Task<RefreshReference> StartAsync(
        ExchangeCommand command, Lineage lineage, IssuedToken token, DateTimeOffset until, ClusterSecret secret, CancellationToken cancellationToken);

    /// <summary>What a refresh token stands for, replaced or not; null when it is none of ours, or its time is over. Junk costs no look-up.</summary>
    Task<FoundRefreshToken?> FindAsync(SensitiveText text, ClusterSecret secret, CancellationToken cancellationToken);

    /// <summary>The one that replaces it; null when another did, because it was used before or at the same time.</summary>
    Task<RefreshReference?> TryReplaceAsync(FoundRefreshToken found, ClusterSecret secret, CancellationToken cancellationToken);
}

internal sealed class RefreshTokens(IClusterStore store, RecordSealer sealer, Serializer<RefreshTokenRecord> serializer) : IRefreshTokens
{
    /// <summary>Namespace of refresh tokens among the things that the store keeps.</summary>
    private const string Kind = "refresh-token";

    public async Task<RefreshReference> StartAsync(
        ExchangeCommand command, Lineage lineage, IssuedToken token, DateTimeOffset until, ClusterSecret secret, CancellationToken cancellationToken)
    {
        var reference = RefreshReference.Generate(secret);
        var record = new RefreshTokenRecord
        {
            Current = reference.Name,
            Command = command with { Refresh = RefreshFamily.Of(token, reference.FamilyHandle, until) },
            Lineage = LineageRecord.Of(lineage),
        };
        await store.PutAsync(Kind, reference.FamilyName, Seal(reference, record), until, cancellationToken);
        return reference;
    }

    public async Task<FoundRefreshToken?> FindAsync(SensitiveText text, ClusterSecret secret, CancellationToken cancellationToken)
    {
        if (!RefreshReference.TryParse(text, secret, out var reference)
            || await store.GetAsync(Kind, reference.FamilyName, cancellationToken) is not { } value)
        {
            return null;
        }

        var record = serializer.Deserialize(sealer.Open(PlaceOf(reference), value.Span));
        return new FoundRefreshToken(reference, record.Command, record.Command.Refresh!, record.Lineage.ToLineage(), record.Current == reference.Name, value);
    }

    public async Task<RefreshReference?> TryReplaceAsync(FoundRefreshToken found, ClusterSecret secret, CancellationToken cancellationToken)
    {
        var next = found.Reference.Next(secret);
        var record = new RefreshTokenRecord { Current = next.Name, Command = found.Command, Lineage = LineageRecord.Of(found.Lineage) };
        return await store.TryReplaceAsync(Kind, next.FamilyName, found.Stored, Seal(next, record), found.Family.Until, cancellationToken)
            ? next
            : null;
    }

    private byte[] Seal(RefreshReference reference, RefreshTokenRecord record) =>
        sealer.Seal(PlaceOf(reference), serializer.SerializeToArray(record));

    /// <summary>Under its own name only: a value that the store moved to another name doesn't open.</summary>
    private static RecordPlace PlaceOf(RefreshReference reference) => new(Kind, Guid.Empty, 0, reference.FamilyName);
}

/// <summary>A refresh token of ours as the store knows it, whoever presents it.</summary>
/// <param name="Reference">The token.</param>
/// <param name="Command">What was granted at first.</param>
/// <param name="Family">Of the same command.</param>
/// <param name="Lineage">Of what was granted at first.</param>
/// <param name="IsCurrent">False once another has replaced it.</param>
/// <param name="Stored">The sealed record that it was found in.</param>
public sealed record FoundRefreshToken(
    RefreshReference Reference, ExchangeCommand Command, RefreshFamily Family, Lineage Lineage, bool IsCurrent, ReadOnlyMemory<byte> Stored)
{
    /// <summary>Hides the command.</summary>
    public override string ToString() => nameof(FoundRefreshToken);
}

/// <summary>A family in the store, sealed.</summary>
[GenerateSerializer, Alias("ExchangeCluster.RefreshTokenRecord")]
internal struct RefreshTokenRecord
{
    /// <summary>The name of the one refresh token that is good now.</summary>
    [Id(0)]
    public string Current;

    [Id(1)]
    public ExchangeCommand Command;

    [Id(2)]
    public LineageRecord Lineage;
}
