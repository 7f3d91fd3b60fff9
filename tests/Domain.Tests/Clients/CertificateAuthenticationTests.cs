using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Policies;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Clients;

/// <summary>TLS client certificates (RFC 8705 section 2). The handshake is not ours: it has proved the key.</summary>
public sealed class CertificateAuthenticationTests
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    private static readonly TimeSpan KeysMaxAge = TimeSpan.FromHours(1);

    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private static readonly TestAuthority Shop = TestAuthority.Create("CN=Shop CA");
    private static readonly TestAuthority Partner = TestAuthority.Create("CN=Partner CA");
    private static readonly TestAuthority Old = TestAuthority.Create(
        "CN=Old CA", new DateTimeOffset(2000, 1, 1, 0, 0, 0, TimeSpan.Zero), new DateTimeOffset(2010, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private static readonly TestAuthority Intermediate = Shop.CreateIntermediate("CN=Shop Intermediate CA");

    private static readonly X509Certificate2 Pinned = TestAuthority.SelfSigned("CN=pinned");
    private static readonly X509Certificate2 NextPinned = TestAuthority.SelfSigned("CN=pinned");
    private static readonly X509Certificate2 InKeySet = TestAuthority.SelfSigned("CN=registered");

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile(PolicyTexts.Of(
        $$"""
        dn: { domain: x, audience: https://dn.example, credentials: { certificate: { issued_by: shop, subject_dn: 'CN=orders, O="Shop, Inc", C=NO' } } }
        old: { domain: x, audience: https://old.example, credentials: { certificate: { issued_by: old, subject_dn: CN=old } } }
        dns: { domain: x, audience: https://dns.example, credentials: { certificate: { issued_by: shop, san_dns: orders.shop.example } } }
        uri: { domain: x, audience: https://uri.example, credentials: { certificate: { issued_by: shop, san_uri: "spiffe://shop.example/orders" } } }
        ip: { domain: x, audience: https://ip.example, credentials: { certificate: { issued_by: shop, san_ip: "2001:db8::1" } } }
        email: { domain: x, audience: https://email.example, credentials: { certificate: { issued_by: shop, san_email: orders@shop.example } } }
        pinned: { domain: x, audience: https://pinned.example, credentials: { certificate: { thumbprints: ["{{ThumbprintOf(Pinned)}}", "{{ThumbprintOf(NextPinned)}}"] } } }
        registered: { domain: x, audience: https://registered.example, credentials: { jwks_uri: "https://registered.example/jwks", certificate: registered } }
        keys: { domain: x, audience: https://keys.example, credentials: { jwks_uri: "https://keys.example/jwks" } }
        """,
        $"certificate_authorities: {{ shop: {TestAuthority.ToPolicy(Shop, Intermediate)}, partner: {TestAuthority.ToPolicy(Partner)}, old: {TestAuthority.ToPolicy(Old)} }}"));

    public static TheoryData<string, Action<SubjectAlternativeNameBuilder>> Names => new()
    {
        { "dns", names => names.AddDnsName("Orders.shop.example") },
        { "uri", names => names.AddUri(new Uri("spiffe://shop.example/orders")) },
        { "ip", names => names.AddIpAddress(IPAddress.Parse("2001:db8:0:0::1")) },
        { "email", names => names.AddEmailAddress("orders@shop.example") },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public void Accepts_a_certificate_of_its_authority_with_its_name(string client, Action<SubjectAlternativeNameBuilder> name)
    {
        void WithOthers(SubjectAlternativeNameBuilder names)
        {
            names.AddDnsName("other.shop.example");
            names.AddUri(new Uri("spiffe://shop.example/other"));
            name(names);
        }

        Accepts(client, Shop.Issue("CN=whatever", WithOthers));
        Accepts(client, Intermediate.Issue("CN=whatever", name));
        Accepts(client, Shop.Issue("CN=whatever", name, usage: null));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Fault_C13_Refuses_another_name_another_authority_and_another_time(string client, Action<SubjectAlternativeNameBuilder> name)
    {
        Refuses(client, Shop.Issue("CN=whatever"));
        Refuses(client, Shop.Issue("CN=orders.shop.example"));
        Refuses(client, Shop.Issue("CN=whatever", names => names.AddDnsName("other.shop.example")));
        Refuses(client, Shop.Issue("CN=whatever", names => names.AddDnsName("*.shop.example")));
        Refuses(client, Partner.Issue("CN=whatever", name));
        Refuses(client, Shop.Issue("CN=whatever", name, end: Now.AddMinutes(-1)));
        Refuses(client, Shop.Issue("CN=whatever", name, start: Now.AddMinutes(1)));
        Refuses(client, Shop.Issue("CN=whatever", name, usage: ServerAuthentication));
    }

    [Fact]
    public void Accepts_a_distinguished_name_however_its_texts_are_encoded()
    {
        Accepts("dn", Shop.Issue("CN=orders, O=\"Shop, Inc\", C=NO"));

        var utf8 = new X500DistinguishedNameBuilder();
        utf8.AddCommonName("orders");
        utf8.Add("2.5.4.10", "Shop, Inc", UniversalTagNumber.UTF8String);
        utf8.AddCountryOrRegion("NO");
        Accepts("dn", Shop.Issue(utf8.Build()));
    }

    [Theory]
    [InlineData("CN=orders")]
    [InlineData("CN=orders, O=\"Shop, Inc\"")]
    [InlineData("C=NO, O=\"Shop, Inc\", CN=orders")]
    [InlineData("CN=Orders, O=\"Shop, Inc\", C=NO")]
    [InlineData("CN=orders, OU=\"Shop, Inc\", C=NO")]
    [InlineData("CN=orders, O=Shop, O=Inc, C=NO")]
    [InlineData("CN=orders, O=\"Shop, Inc\", C=NO, CN=admin")]
    [InlineData("CN=\"orders, O=Shop, C=NO\"")]
    [InlineData("")]
    public void Fault_C13_Refuses_another_distinguished_name(string subject) => Refuses("dn", Shop.Issue(subject));

    [Fact]
    public void Fault_C13_Refuses_a_chain_that_only_looks_like_one()
    {
        // The names are right, the keys are not.
        var impostor = TestAuthority.Create("CN=Shop CA");
        Refuses("dns", impostor.Issue("CN=whatever", names => names.AddDnsName("orders.shop.example")));

        // Issued by a certificate that may not issue.
        Refuses("dn", TestAuthority.SelfSigned("CN=orders, O=\"Shop, Inc\", C=NO"));
    }

    [Fact]
    public void Judges_the_whole_chain_by_the_time_that_is_given()
    {
        var year = new DateTimeOffset(2001, 1, 1, 0, 0, 0, TimeSpan.Zero);
        var certificate = Old.Issue("CN=old", start: year, end: year.AddYears(8));

        Accepts("old", certificate, year.AddYears(1));
        Refuses("old", certificate);
    }

    [Fact]
    public void Accepts_each_of_the_pinned_certificates_whoever_issued_it()
    {
        Accepts("pinned", Pinned);
        Accepts("pinned", NextPinned);
        Refuses("pinned", TestAuthority.SelfSigned("CN=pinned"));
        Refuses("pinned", InKeySet);
    }

    [Fact]
    public void Fault_C13_Refuses_a_pinned_certificate_out_of_its_time()
    {
        Refuses("pinned", Pinned, TestAuthority.Start.AddSeconds(-1));
        Refuses("pinned", Pinned, TestAuthority.End.AddSeconds(1));
    }

    [Fact]
    public void Accepts_a_certificate_of_the_clients_key_set_and_asks_for_newer_keys_else()
    {
        Accepts("registered", InKeySet);

        var other = Authenticate("registered", Pinned, Now);
        Assert.Null(other.Client);
        Assert.Equal("registered", other.RefreshClient);
    }

    [Fact]
    public void Fault_C13_Refuses_a_certificate_of_a_key_set_that_is_too_old() =>
        Refuses("registered", InKeySet, Now + KeysMaxAge + TimeSpan.FromSeconds(1));

    [Theory]
    [InlineData("nobody")]
    [InlineData("keys")]
    [InlineData("")]
    public void Fault_C13_Refuses_a_client_without_certificate(string client) => Refuses(client, InKeySet);

    private static string ThumbprintOf(X509Certificate2 certificate) => new ClientCertificate(certificate).Thumbprint;

    private static KeySet KeysWith(X509Certificate2 certificate) => KeySetReader.Read(TestAuthority.JwksOf(certificate), Now, KeysMaxAge);

    private static void Accepts(string client, X509Certificate2 certificate, DateTimeOffset? now = null) =>
        Assert.Equal(client, Authenticate(client, certificate, now ?? Now).Client?.Name);

    private static void Refuses(string client, X509Certificate2 certificate, DateTimeOffset? now = null)
    {
        var outcome = Authenticate(client, certificate, now ?? Now);
        ClientScene.Refused(outcome);
        Assert.Equal(client, outcome.Claimed);
    }

    private static ClientAuthenticationOutcome Authenticate(string client, X509Certificate2 certificate, DateTimeOffset now) =>
        ClientAuthenticator.Authenticate(
            new ClientCredentials.Certificate(client, new ClientCertificate(certificate)),
            Policy,
            new Dictionary<string, KeySet> { ["registered"] = KeysWith(InKeySet), ["keys"] = KeysWith(InKeySet) },
            now);
}
