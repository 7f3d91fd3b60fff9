using System.Text;
using System.Xml;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>
/// Takes an assertion apart: strict base64url (RFC 8693 section 3), strict UTF-8, XML without document type, processing
/// instructions, comments and CDATA, of the one shape that <see cref="SamlShape"/> allows. It resolves nothing. Every cost is
/// bounded by <see cref="TokenExchangeRequest.MaxTokenLength"/>.
/// </summary>
internal static class SamlReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersInDocument = TokenExchangeRequest.MaxTokenLength,
        MaxCharactersFromEntities = TokenExchangeRequest.MaxTokenLength,
        CloseInput = true,
    };

    /// <summary>Null and the root element, still unverified, or why it is refused.</summary>
    public static Refusal? Read(string token, out XmlElement? root)
    {
        root = null;
        if (token.Length > TokenExchangeRequest.MaxTokenLength || !StrictBase64Url.TryDecode(token, out var octets))
        {
            return Malformed("The token is too long, or not strict base64url.");
        }

        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        try
        {
            using var reader = XmlReader.Create(new StringReader(StrictUtf8.GetString(octets)), Settings);
            document.Load(reader);
        }
        catch (Exception e) when (e is XmlException or ArgumentException)
        {
            return Malformed("The token is not UTF-8 or not well-formed XML without document type.");
        }

        foreach (var keyInfo in document.GetElementsByTagName("KeyInfo", SamlNames.Signature).Cast<XmlNode>().ToArray())
        {
            // No key is ever taken from there, and its content may be anything. The signature does not cover it.
            if (keyInfo.ParentNode is not XmlElement { LocalName: "Signature", NamespaceURI: SamlNames.Signature } signature)
            {
                return Malformed("A KeyInfo stands outside of the signature.");
            }

            signature.RemoveChild(keyInfo);
        }

        if (document.ChildNodes.Cast<XmlNode>().Any(node => node is not (XmlElement or XmlDeclaration or XmlWhitespace))
            || !SamlShape.IsAssertion(document.DocumentElement!))
        {
            return Malformed("The document is not one signed assertion of the elements that are understood.");
        }

        root = document.DocumentElement;
        return null;
    }

    private static Refusal Malformed(string detail) => new(RefusalReason.SubjectTokenMalformed, detail);
}
