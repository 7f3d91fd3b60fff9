using System.Collections.Immutable;
using System.Globalization;
using System.Xml;

namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>Reads an assertion whose shape and signature were checked. Texts are taken as they are: nothing is trimmed.</summary>
internal static class SamlAssertionReader
{
    private const string Version = "2.0";

    /// <summary>saml-core-2.0-os section 1.3.3: UTC, and without a time zone other than Z.</summary>
    private const string TimeFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";

    /// <exception cref="FormatException">A required part is missing, or a part is not of its form. Nothing is quoted.</exception>
    public static SamlAssertion Read(XmlElement root)
    {
        var conditions = Child(root, "Conditions");
        if (Required(root, "Version") != Version)
        {
            throw new FormatException("Version is not 2.0.");
        }

        return new SamlAssertion
        {
            Id = Required(root, "ID"),
            IssuedAt = RequiredTime(root, "IssueInstant"),
            Name = ReadName(Child(Child(root, "Subject"), "NameID")),
            Confirmations = [.. Children(Child(root, "Subject"), "SubjectConfirmation").Select(ReadConfirmation)],
            NotBefore = Time(conditions, "NotBefore"),
            ExpiresAt = RequiredTime(conditions, "NotOnOrAfter"),
            AudienceRestrictions = [.. Children(conditions, "AudienceRestriction").Select(restriction => Texts(restriction, "Audience"))],
            IsRestricted = Children(conditions, "OneTimeUse").Concat(Children(conditions, "ProxyRestriction")).Any(),
            Authentication = Children(root, "AuthnStatement").Select(ReadAuthentication).SingleOrDefault(),
            Attributes =
            [
                .. Children(root, "AttributeStatement")
                    .SelectMany(statement => Children(statement, "Attribute"))
                    .Select(attribute => new SamlAttribute(Required(attribute, "Name"), Texts(attribute, "AttributeValue"))),
            ],
        };
    }

    /// <summary>Of an assertion that may be unverified yet.</summary>
    public static string IssuerOf(XmlElement root) => Child(root, "Issuer").InnerText;

    private static SamlName ReadName(XmlElement name) => new(
        name.InnerText, Optional(name, "Format") ?? SamlNames.UnspecifiedFormat, Optional(name, "NameQualifier"), Optional(name, "SPNameQualifier"));

    private static SamlConfirmation ReadConfirmation(XmlElement confirmation)
    {
        var data = Children(confirmation, "SubjectConfirmationData").SingleOrDefault();
        return new SamlConfirmation(
            Required(confirmation, "Method"),
            data is not null,
            data is null ? null : Optional(data, "Recipient"),
            data is null ? null : Time(data, "NotBefore"),
            data is null ? null : Time(data, "NotOnOrAfter"));
    }

    private static SamlAuthentication ReadAuthentication(XmlElement statement) => new(
        RequiredTime(statement, "AuthnInstant"),
        Texts(Child(statement, "AuthnContext"), "AuthnContextClassRef").SingleOrDefault(),
        Optional(statement, "SessionIndex"),
        Time(statement, "SessionNotOnOrAfter"));

    private static XmlElement Child(XmlElement parent, string name) => parent[name, SamlNames.Assertion]!;

    private static IEnumerable<XmlElement> Children(XmlElement parent, string name) =>
        parent.ChildNodes.OfType<XmlElement>().Where(child => child.LocalName == name && child.NamespaceURI == SamlNames.Assertion);

    private static ImmutableArray<string> Texts(XmlElement parent, string name) => [.. Children(parent, name).Select(child => child.InnerText)];

    private static string? Optional(XmlElement element, string attribute) =>
        element.GetAttributeNode(attribute) is not { } found ? null
        : found.Value.Length > 0 ? found.Value
        : throw new FormatException("An attribute is empty.");

    private static string Required(XmlElement element, string attribute) =>
        Optional(element, attribute) ?? throw new FormatException("A required attribute is missing.");

    private static DateTimeOffset RequiredTime(XmlElement element, string attribute) =>
        Time(element, attribute) ?? throw new FormatException("A required time is missing.");

    private static DateTimeOffset? Time(XmlElement element, string attribute) =>
        Optional(element, attribute) is not { } text ? null
        : DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time
        : throw new FormatException("A time is not in UTC, or not a time.");
}
