using System.Buffers.Text;
using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Security.Cryptography.Xml;
using System.Xml;
using ExchangeCluster.Domain.Exchange;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>
/// Verifies the one signature of an assertion: over the whole root element, the same that is read afterwards, and with a key
/// of the issuer's. Nothing in the signature chooses a key, a transform or a target.
/// </summary>
internal static class SamlSignature
{
    /// <summary>Signature methods (RFC 9231 section 2.3.2) as JWS algorithms, for the issuer's and the key's lists.</summary>
    private static readonly FrozenDictionary<string, string> Algorithms = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"] = SecurityAlgorithms.RsaSha256,
        ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha384"] = SecurityAlgorithms.RsaSha384,
        ["http://www.w3.org/2001/04/xmldsig-more#rsa-sha512"] = SecurityAlgorithms.RsaSha512,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenSet<string> Digests = FrozenSet.Create(
        StringComparer.Ordinal,
        "http://www.w3.org/2001/04/xmlenc#sha256", "http://www.w3.org/2001/04/xmldsig-more#sha384", "http://www.w3.org/2001/04/xmlenc#sha512");

    /// <summary>Null when one key of <paramref name="keys"/> verified the whole of <paramref name="root"/>.</summary>
    public static Refusal? Verify(XmlElement root, KeySet? keys, ImmutableArray<string> allowedAlgorithms, DateTimeOffset now)
    {
        var signature = Child(root, "Signature");
        var signedInfo = Child(signature, "SignedInfo");
        if (!HasAcceptableMethods(signedInfo, root.GetAttribute("ID"))
            || !Algorithms.TryGetValue(Algorithm(signedInfo, "SignatureMethod"), out var algorithm) || !allowedAlgorithms.Contains(algorithm))
        {
            return new Refusal(RefusalReason.SubjectTokenHeaderRefused, "A method of the signature, or what it refers to, is not accepted.");
        }

        if (keys is null || now - keys.FetchedAt > keys.MaxAge)
        {
            return new Refusal(RefusalReason.SubjectTokenKeyUnknown, "The issuer's keys are missing or too old.");
        }

        return keys.Keys.Any(key => key.Algorithms.Contains(algorithm) && IsSignedBy(key, root, signature))
            ? null
            : new Refusal(RefusalReason.SubjectTokenSignatureInvalid, "The signature verifies with no key of the issuer.");
    }

    /// <summary>saml-core-2.0-os section 5.4: the assertion itself, enveloped, in exclusive canonical form; no weak digest.</summary>
    private static bool HasAcceptableMethods(XmlElement signedInfo, string id)
    {
        var reference = Child(signedInfo, "Reference");
        string[] transforms = [.. Child(reference, "Transforms").ChildNodes.OfType<XmlElement>().Select(transform => transform.GetAttribute("Algorithm"))];
        return id.Length > 0
            && reference.GetAttribute("URI") == "#" + id
            && transforms is [SamlNames.EnvelopedSignature, SamlNames.ExclusiveCanonicalization]
            && Algorithm(signedInfo, "CanonicalizationMethod") == SamlNames.ExclusiveCanonicalization
            && Digests.Contains(Algorithm(reference, "DigestMethod"));
    }

    private static bool IsSignedBy(VerificationKey key, XmlElement root, XmlElement signature)
    {
        var jwk = (JsonWebKey)key.Key;
        using var rsa = RSA.Create(new RSAParameters { Modulus = Base64Url.DecodeFromChars(jwk.N), Exponent = Base64Url.DecodeFromChars(jwk.E) });
        try
        {
            var signed = new SignedAssertion(root);
            signed.LoadXml(signature);
            return signed.CheckSignature(rsa);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or XmlException)
        {
            return false;
        }
    }

    private static XmlElement Child(XmlElement parent, string name) => parent[name, SamlNames.Signature]!;

    private static string Algorithm(XmlElement parent, string name) => Child(parent, name).GetAttribute("Algorithm");

    /// <summary>The library's verification, for which every id is the root: no other element can be signed in its place.</summary>
    private sealed class SignedAssertion : SignedXml
    {
        private readonly XmlElement root;

        public SignedAssertion(XmlElement root)
            : base(root)
        {
            this.root = root;
            Resolver = null!;
        }

        public override XmlElement? GetIdElement(XmlDocument? document, string idValue) => root;
    }
}
