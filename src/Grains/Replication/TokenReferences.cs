using System.Text;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Replication;

/// <summary>The tokens that were handed out as opaque references. Throws when the store can't answer: then nothing may be assumed.</summary>
public interface ITokenReferences
{
    /// <summary>Keeps a token of ours until its end, under a fresh reference.</summary>
    Task<TokenReference> KeepAsync(SensitiveText jwt, DateTimeOffset until, ClusterSecret secret, CancellationToken cancellationToken);

    /// <summary>The token behind a reference; null when it is none of ours, unknown or expired. Junk costs no look-up.</summary>
    Task<SensitiveText?> FindAsync(SensitiveText reference, ClusterSecret secret, CancellationToken cancellationToken);
}

internal sealed class TokenReferences(IClusterStore store, RecordSealer sealer) : ITokenReferences
{
    /// <summary>Namespace of opaque tokens among the things that the store keeps.</summary>
    private const string Kind = "opaque-token";

    public async Task<TokenReference> KeepAsync(
        SensitiveText jwt, DateTimeOffset until, ClusterSecret secret, CancellationToken cancellationToken)
    {
        var reference = TokenReference.Generate(secret);
        var value = sealer.Seal(PlaceOf(reference), Encoding.ASCII.GetBytes(jwt.Reveal()));
        await store.PutAsync(Kind, reference.StoredName, value, until, cancellationToken);
        return reference;
    }

    public async Task<SensitiveText?> FindAsync(SensitiveText reference, ClusterSecret secret, CancellationToken cancellationToken)
    {
        if (!TokenReference.TryParse(reference, secret, out var parsed)
            || await store.GetAsync(Kind, parsed.StoredName, cancellationToken) is not { } value)
        {
            return null;
        }

        return new SensitiveText(Encoding.ASCII.GetString(sealer.Open(PlaceOf(parsed), value.Span)));
    }

    /// <summary>Under its own name only: a value that the store moved to another name doesn't open.</summary>
    private static RecordPlace PlaceOf(TokenReference reference) => new(Kind, Guid.Empty, 0, reference.StoredName);
}
