using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Security.Cryptography.Xml;
using System.Text;
using System.Xml;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.TestKit;

/// <summary>An issuer of SAML 2.0 assertions, good and bad, with one RSA key.</summary>
/// <param name="issuer">Its entity ID.</param>
public sealed class TestSaml(string issuer)
{
    public const string Ns = "urn:oasis:names:tc:SAML:2.0:assertion";
    public const string Persistent = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent";

    /// <summary>As much of an assertion as most tests need, between its Conditions and its end.</summary>
    public const string Statements = """
        <saml:AuthnStatement AuthnInstant="{now}" SessionIndex="s-1"><saml:AuthnContext><saml:AuthnContextClassRef>urn:gold</saml:AuthnContextClassRef></saml:AuthnContext></saml:AuthnStatement><saml:AttributeStatement><saml:Attribute Name="urn:country"><saml:AttributeValue>NO</saml:AttributeValue></saml:Attribute><saml:Attribute Name="urn:groups"><saml:AttributeValue>a</saml:AttributeValue><saml:AttributeValue>b</saml:AttributeValue></saml:Attribute></saml:AttributeStatement>
        """;

    private readonly RSA key = RSA.Create(2048);

    public string Issuer { get; } = issuer;

    /// <summary>Its certificate, as PEM. It has expired: only its key counts.</summary>
    public string CertificatePem
    {
        get
        {
            var request = new CertificateRequest("CN=idp", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(20));
            return certificate.ExportCertificatePem();
        }
    }

    public KeySet KeySet(DateTimeOffset fetchedAt) => KeySetReader.Read(PemKeySet.ToJwks(CertificatePem), fetchedAt, TimeSpan.FromHours(1));

    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>RFC 8693 section 3.</summary>
    public static string Encode(string xml) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(xml));

    public static string Decode(string token) => Encoding.UTF8.GetString(Base64Url.DecodeFromChars(token));

    /// <summary>The text of a good assertion, unsigned.</summary>
    public string Xml(DateTimeOffset now, string subject = "alice", string audience = "https://web.shop.example", string id = "_1", TimeSpan? lifetime = null) => $"""
        <saml:Assertion xmlns:saml="{Ns}" ID="{id}" Version="2.0" IssueInstant="{Time(now)}"><saml:Issuer>{Issuer}</saml:Issuer><saml:Subject><saml:NameID Format="{Persistent}">{subject}</saml:NameID><saml:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer"/></saml:Subject><saml:Conditions NotBefore="{Time(now)}" NotOnOrAfter="{Time(now + (lifetime ?? TimeSpan.FromMinutes(5)))}"><saml:AudienceRestriction><saml:Audience>{audience}</saml:Audience></saml:AudienceRestriction></saml:Conditions>{Statements.Replace("{now}", Time(now), StringComparison.Ordinal).TrimEnd()}</saml:Assertion>
        """;

    /// <summary>A good assertion but for the edits: of its text before, and of the signature's methods.</summary>
    public string Assertion(DateTimeOffset now, Func<string, string>? edit = null, Action<SignedXml>? sign = null, string? digest = null, string subject = "alice") =>
        Encode(Sign(edit is null ? Xml(now, subject) : edit(Xml(now, subject)), sign, digest));

    /// <summary>The text with an enveloped signature over its root, after the Issuer.</summary>
    public string Sign(string xml, Action<SignedXml>? edit = null, string? digest = null)
    {
        var document = new XmlDocument { PreserveWhitespace = true, XmlResolver = null };
        document.LoadXml(xml);
        var root = document.DocumentElement!;
        var signed = new SignedXml(root) { SigningKey = key };
        var reference = new Reference("#" + root.GetAttribute("ID")) { DigestMethod = digest ?? SignedXml.XmlDsigSHA256Url };
        reference.AddTransform(new XmlDsigEnvelopedSignatureTransform());
        reference.AddTransform(new XmlDsigExcC14NTransform());
        signed.AddReference(reference);
        signed.SignedInfo!.CanonicalizationMethod = SignedXml.XmlDsigExcC14NTransformUrl;
        signed.SignedInfo.SignatureMethod = SignedXml.XmlDsigRSASHA256Url;
        edit?.Invoke(signed);
        signed.ComputeSignature();
        root.InsertAfter(signed.GetXml(), root["Issuer", Ns]);
        return document.OuterXml;
    }
}
