using System.Text.Json.Serialization;

namespace ExchangeCluster.Domain.Keys;

/// <summary>
/// One record of the key log: a secret, a signing key, or the note that a key is gone. <see cref="Encode"/> gives
/// plaintext; whoever stores it seals it first. No record prints what it holds.
/// </summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "record")]
[JsonDerivedType(typeof(SecretRecord), "cluster-secret/1")]
[JsonDerivedType(typeof(SigningKeyRecord), "signing-key/1")]
[JsonDerivedType(typeof(RetiredKeyRecord), "retired-key/1")]
public abstract class KeyRecord
{
    private protected KeyRecord()
    {
    }

    /// <summary>The key in the log; a later record of the same key replaces this one.</summary>
    [JsonIgnore]
    public abstract string LogKey { get; }

    /// <summary>The stored form, UTF-8 JSON; frozen (docs/decisions/0007-signing-keys.md).</summary>
    public byte[] Encode() => KeyRecordFormat.Encode(this);

    /// <exception cref="FormatException">Not exactly a record that this version knows.</exception>
    public static KeyRecord Decode(ReadOnlySpan<byte> record) => KeyRecordFormat.Decode(record);
}

/// <summary>The cluster secret, written once at initialisation.</summary>
public sealed class SecretRecord : KeyRecord
{
    [JsonIgnore]
    public override string LogKey => "secret";

    [JsonPropertyName("secret")]
    public required ClusterSecret Secret { get; init; }
}

/// <summary>A signing key with its timetable.</summary>
public sealed class SigningKeyRecord : KeyRecord, IScheduledKey
{
    [JsonIgnore]
    public override string LogKey => "key:" + KeyId;

    /// <summary>JWK thumbprint of the public key (RFC 7638, SHA-256, base64url).</summary>
    [JsonPropertyName("kid")]
    public required string KeyId { get; init; }

    /// <summary>One of <see cref="KeyRing.Algorithms"/>.</summary>
    [JsonPropertyName("alg")]
    public required string Algorithm { get; init; }

    /// <summary>PKCS#8 <c>PrivateKeyInfo</c>, not encrypted.</summary>
    [JsonPropertyName("pkcs8")]
    public required byte[] PrivateKey { get; init; }

    /// <summary>When it was made and published; whole seconds.</summary>
    [JsonPropertyName("published_at_s")]
    public required DateTimeOffset PublishedAt { get; init; }

    /// <summary>When it begins to sign; whole seconds.</summary>
    [JsonPropertyName("signs_from_s")]
    public required DateTimeOffset SignsFrom { get; init; }
}

/// <summary>Replaces the record of a key whose last token has expired, and its private key with it.</summary>
public sealed class RetiredKeyRecord : KeyRecord
{
    [JsonIgnore]
    public override string LogKey => "key:" + KeyId;

    [JsonPropertyName("kid")]
    public required string KeyId { get; init; }
}
