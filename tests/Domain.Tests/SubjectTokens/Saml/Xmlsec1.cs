namespace ExchangeCluster.Domain.Tests.SubjectTokens.Saml;

/// <summary>
/// An assertion that another implementation signed (xmlsec1 1.2.37), with the white space, the key info and the inclusive
/// prefixes that are found in the wild. The private key is gone.
/// </summary>
internal static class Xmlsec1
{
    public const string PublicKey = """
-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAyPN/R8icbpbyqp6mIHJl
XkhYs0TyhYLM7U8oVxLbXXnirxSvCCLzVdBKI6ET6gcptV23OawXmw9+mkemY1dI
kNfrCdIfyzkX0LbQvxy69lg7OL/Ske6paVIVP128OurRc3iUcBkuZNlOqasywlGj
RkH12XXFKinG1wztkC9y7uc8c2J5wkZJDhJVwDS5LA5BqTIfVq6lef3ce03NjkZ6
u6eUNxnh5C6JpnWiWPyj+gptx71pYUTb9N7P+9Ev0T5OUneOspPcT/H1adPa4dh3
gTRTW6zabgMVLTK4BqjnmMPDWfKG0SOIaPNk4hLW2ubdMzq0ETxDBedPJBmzyzLN
UQIDAQAB
-----END PUBLIC KEY-----
""";

    public const string Assertion = """
<?xml version="1.0" encoding="UTF-8"?>
<saml2:Assertion xmlns:saml2="urn:oasis:names:tc:SAML:2.0:assertion" xmlns:xs="http://www.w3.org/2001/XMLSchema" ID="_a75adf55" IssueInstant="2026-11-23T11:59:58.123Z" Version="2.0">
  <saml2:Issuer Format="urn:oasis:names:tc:SAML:2.0:nameid-format:entity">https://idp.example/saml</saml2:Issuer>
  <ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#">
    <ds:SignedInfo>
      <ds:CanonicalizationMethod Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>
      <ds:SignatureMethod Algorithm="http://www.w3.org/2001/04/xmldsig-more#rsa-sha256"/>
      <ds:Reference URI="#_a75adf55">
        <ds:Transforms>
          <ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>
          <ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"><ec:InclusiveNamespaces xmlns:ec="http://www.w3.org/2001/10/xml-exc-c14n#" PrefixList="xs"/></ds:Transform>
        </ds:Transforms>
        <ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/>
        <ds:DigestValue>H/oH2vAPLYImhzssmPAqSEHyfugT3k39uSteDQcKeUs=</ds:DigestValue>
      </ds:Reference>
    </ds:SignedInfo>
    <ds:SignatureValue>jNlfw96KZx5KXg1EcAJ2sNiMPqZ2yZ+yy0oqadT9r78zztNdOGRuP4RFfyN0M7Yi
GRRJ3PAEWu3Qk5IG1JxxS2jBnjLgV3AHmMEneqqwfEgKE8T4SbCxApg3YabC9TwH
wgJhKzR2SpyjoY+ou9M0GgWaIBK9W8PpMR7dXbnN9TqApdNXroMeErUyIFFi2O9B
6+evWD6eiBrK8fHRHaoi27IeY7W4g9LqQ53cBLcZNLDBSn+aGq4Ib05vK5nswAiD
wQFLoJaW7PEe54d97ESNXOAbfCugLxKgkaL+ToUYS5AW2bZst/TiZCZEfBk6qUw7
6j14sEP6dfaYBUFWGrAcmA==</ds:SignatureValue>
    <ds:KeyInfo><ds:KeyValue>
<ds:RSAKeyValue>
<ds:Modulus>
yPN/R8icbpbyqp6mIHJlXkhYs0TyhYLM7U8oVxLbXXnirxSvCCLzVdBKI6ET6gcp
tV23OawXmw9+mkemY1dIkNfrCdIfyzkX0LbQvxy69lg7OL/Ske6paVIVP128OurR
c3iUcBkuZNlOqasywlGjRkH12XXFKinG1wztkC9y7uc8c2J5wkZJDhJVwDS5LA5B
qTIfVq6lef3ce03NjkZ6u6eUNxnh5C6JpnWiWPyj+gptx71pYUTb9N7P+9Ev0T5O
UneOspPcT/H1adPa4dh3gTRTW6zabgMVLTK4BqjnmMPDWfKG0SOIaPNk4hLW2ubd
Mzq0ETxDBedPJBmzyzLNUQ==
</ds:Modulus>
<ds:Exponent>
AQAB
</ds:Exponent>
</ds:RSAKeyValue>
</ds:KeyValue></ds:KeyInfo>
  </ds:Signature>
  <saml2:Subject>
    <saml2:NameID Format="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent">ålice &amp; co</saml2:NameID>
    <saml2:SubjectConfirmation Method="urn:oasis:names:tc:SAML:2.0:cm:bearer">
      <saml2:SubjectConfirmationData NotOnOrAfter="2026-11-23T12:04:58.123Z" Recipient="https://web.shop.example/acs"/>
    </saml2:SubjectConfirmation>
  </saml2:Subject>
  <saml2:Conditions NotBefore="2026-11-23T11:59:58.123Z" NotOnOrAfter="2026-11-23T12:04:58.123Z">
    <saml2:AudienceRestriction><saml2:Audience>https://web.shop.example</saml2:Audience></saml2:AudienceRestriction>
  </saml2:Conditions>
  <saml2:AuthnStatement AuthnInstant="2026-11-23T11:30:00Z" SessionIndex="_s1">
    <saml2:AuthnContext><saml2:AuthnContextClassRef>urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport</saml2:AuthnContextClassRef></saml2:AuthnContext>
  </saml2:AuthnStatement>
  <saml2:AttributeStatement>
    <saml2:Attribute Name="urn:country" NameFormat="urn:oasis:names:tc:SAML:2.0:attrname-format:uri"><saml2:AttributeValue xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="xs:string">NO</saml2:AttributeValue></saml2:Attribute>
  </saml2:AttributeStatement>
</saml2:Assertion>
""";
}
