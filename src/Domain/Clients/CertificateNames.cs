using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Clients;

/// <summary>Whether a certificate bears a name (RFC 8705 section 2.1.2). Values are compared exactly, DNS names without case.</summary>
internal static class CertificateNames
{
    // Tags of GeneralName (RFC 5280 section 4.2.1.6).
    private static readonly Asn1Tag EmailTag = new(TagClass.ContextSpecific, 1);
    private static readonly Asn1Tag UriTag = new(TagClass.ContextSpecific, 6);

    public static bool Has(X509Certificate2 certificate, CertificateName name)
    {
        try
        {
            return name.Kind == CertificateNameKind.SubjectDn
                ? HasSubject(certificate.SubjectName, new X500DistinguishedName(name.Value))
                : certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().Any(names => HasAlternative(names, name));
        }
        catch (Exception exception) when (exception is CryptographicException or AsnContentException)
        {
            return false;
        }
    }

    /// <summary>
    /// Attribute by attribute, in their order. The encoded names can't be compared: one text is a PrintableString for one
    /// authority and a UTF8String for the next.
    /// </summary>
    private static bool HasSubject(X500DistinguishedName subject, X500DistinguishedName expected)
    {
        var attributes = subject.EnumerateRelativeDistinguishedNames().ToArray();
        var expectedAttributes = expected.EnumerateRelativeDistinguishedNames().ToArray();
        return attributes.Length == expectedAttributes.Length
            && attributes.Zip(expectedAttributes).All(pair => AreEqual(pair.First, pair.Second));
    }

    private static bool AreEqual(X500RelativeDistinguishedName one, X500RelativeDistinguishedName other) =>
        !one.HasMultipleElements && !other.HasMultipleElements
        && one.GetSingleElementType().Value == other.GetSingleElementType().Value
        && one.GetSingleElementValue() is { } value && value == other.GetSingleElementValue();

    private static bool HasAlternative(X509SubjectAlternativeNameExtension names, CertificateName name) => name.Kind switch
    {
        CertificateNameKind.SanDns => names.EnumerateDnsNames().Contains(name.Value, StringComparer.OrdinalIgnoreCase),
        CertificateNameKind.SanIp => names.EnumerateIPAddresses().Any(address => address.ToString() == name.Value),
        CertificateNameKind.SanUri => TextsOf(names, UriTag).Contains(name.Value, StringComparer.Ordinal),
        CertificateNameKind.SanEmail => TextsOf(names, EmailTag).Contains(name.Value, StringComparer.Ordinal),
        _ => throw new InvalidOperationException("An alternative name of an unknown kind."),
    };

    private static List<string> TextsOf(X509SubjectAlternativeNameExtension names, Asn1Tag tag)
    {
        var texts = new List<string>();
        var sequence = new AsnReader(names.RawData, AsnEncodingRules.DER).ReadSequence();
        while (sequence.HasData)
        {
            if (sequence.PeekTag().HasSameClassAndValue(tag))
            {
                texts.Add(sequence.ReadCharacterString(UniversalTagNumber.IA5String, tag));
            }
            else
            {
                sequence.ReadEncodedValue();
            }
        }

        return texts;
    }
}
