using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.Keys;

/// <summary>
/// Our own signing keys, of each algorithm previous, current and next: all published, one signs. A key signs only after
/// it has been published longer than the JWKS max-age, and stays published until its last token has expired.
/// </summary>
public sealed class KeyRing
{
    /// <summary>Algorithms every ring can sign with.</summary>
    public static readonly ImmutableArray<string> Algorithms = [SecurityAlgorithms.EcdsaSha256, SecurityAlgorithms.RsaSha256];

    public ClusterSecret Secret => throw new NotImplementedException();

    /// <summary>The public JWK Set (RFC 7517), UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> Jwks => throw new NotImplementedException();

    /// <summary>The key that signs now.</summary>
    public SigningKey SigningKeyFor(string algorithm, DateTimeOffset now) => throw new NotImplementedException();

    public bool TryFindVerificationKey(string keyId, [NotNullWhen(true)] out VerificationKey? key) => throw new NotImplementedException();
}

/// <summary>A private key with its id and one algorithm.</summary>
public sealed record SigningKey(string KeyId, string Algorithm, SigningCredentials Credentials);
