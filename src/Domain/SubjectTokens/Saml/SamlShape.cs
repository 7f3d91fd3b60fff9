using System.Collections.Frozen;
using System.Xml;

namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>
/// The elements that an assertion may be made of, and nothing else anywhere: no second assertion, no encrypted part, no
/// advice, no signature in another place, no comment that would cut a text in two (CVE-2018-0489). What is not looked at
/// can't carry an attack. Content of KeyInfo must be gone by then.
/// </summary>
internal static class SamlShape
{
    private const int MaxDepth = 12;

    /// <summary>Children of each element with their number: one, <c>?</c> at most one, <c>+</c> one or more, <c>*</c> any.</summary>
    private static readonly FrozenDictionary<string, string[]> Children = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["saml:Assertion"] = ["saml:Issuer", "ds:Signature", "saml:Subject", "saml:Conditions", "saml:AuthnStatement?", "saml:AttributeStatement*"],
        ["saml:Subject"] = ["saml:NameID", "saml:SubjectConfirmation+"],
        ["saml:SubjectConfirmation"] = ["saml:SubjectConfirmationData?"],
        ["saml:SubjectConfirmationData"] = [],
        ["saml:Conditions"] = ["saml:AudienceRestriction+", "saml:OneTimeUse?", "saml:ProxyRestriction?"],
        ["saml:OneTimeUse"] = [],
        ["saml:ProxyRestriction"] = ["saml:Audience*"],
        ["saml:AudienceRestriction"] = ["saml:Audience+"],
        ["saml:AuthnStatement"] = ["saml:SubjectLocality?", "saml:AuthnContext"],
        ["saml:SubjectLocality"] = [],
        ["saml:AuthnContext"] = ["saml:AuthnContextClassRef?", "saml:AuthnContextDeclRef?", "saml:AuthenticatingAuthority*"],
        ["saml:AttributeStatement"] = ["saml:Attribute+"],
        ["saml:Attribute"] = ["saml:AttributeValue*"],
        ["ds:Signature"] = ["ds:SignedInfo", "ds:SignatureValue"],
        ["ds:SignedInfo"] = ["ds:CanonicalizationMethod", "ds:SignatureMethod", "ds:Reference"],
        ["ds:CanonicalizationMethod"] = ["ec:InclusiveNamespaces?"],
        ["ds:SignatureMethod"] = [],
        ["ds:Reference"] = ["ds:Transforms", "ds:DigestMethod", "ds:DigestValue"],
        ["ds:Transforms"] = ["ds:Transform+"],
        ["ds:Transform"] = ["ec:InclusiveNamespaces?"],
        ["ds:DigestMethod"] = [],
        ["ec:InclusiveNamespaces"] = [],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Elements that hold a text and no element.</summary>
    private static readonly FrozenSet<string> Texts = FrozenSet.Create(
        StringComparer.Ordinal,
        "saml:Issuer", "saml:NameID", "saml:Audience", "saml:AuthnContextClassRef", "saml:AuthnContextDeclRef", "saml:AuthenticatingAuthority",
        "saml:AttributeValue", "ds:SignatureValue", "ds:DigestValue");

    public static bool IsAssertion(XmlElement root) => NameOf(root) == "saml:Assertion" && Fits(root, depth: 0);

    private static bool Fits(XmlElement element, int depth)
    {
        var name = NameOf(element);
        if (Texts.Contains(name))
        {
            return element.ChildNodes.Cast<XmlNode>().All(IsText);
        }

        return depth < MaxDepth
            && Children.TryGetValue(name, out var expected)
            && element.ChildNodes.Cast<XmlNode>().All(node => node is XmlElement || IsBlank(node))
            && CountsFit(element, expected)
            && element.ChildNodes.OfType<XmlElement>().All(child => Fits(child, depth + 1));
    }

    private static bool CountsFit(XmlElement element, string[] expected)
    {
        var counts = element.ChildNodes.OfType<XmlElement>().CountBy(NameOf, StringComparer.Ordinal).ToDictionary(StringComparer.Ordinal);
        foreach (var entry in expected)
        {
            var (name, least, most) = entry[^1] switch
            {
                '?' => (entry[..^1], 0, 1),
                '+' => (entry[..^1], 1, int.MaxValue),
                '*' => (entry[..^1], 0, int.MaxValue),
                _ => (entry, 1, 1),
            };
            counts.Remove(name, out var count);
            if (count < least || count > most)
            {
                return false;
            }
        }

        return counts.Count == 0;
    }

    private static string NameOf(XmlElement element) => element.NamespaceURI switch
    {
        SamlNames.Assertion => "saml:" + element.LocalName,
        SamlNames.Signature => "ds:" + element.LocalName,
        SamlNames.ExclusiveCanonicalization => "ec:" + element.LocalName,
        _ => "?",
    };

    private static bool IsText(XmlNode node) =>
        node.NodeType is XmlNodeType.Text or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace;

    private static bool IsBlank(XmlNode node) => node.NodeType is XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace;
}
