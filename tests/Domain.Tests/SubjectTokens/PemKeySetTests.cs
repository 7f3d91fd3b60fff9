using System.Security.Cryptography;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

public sealed class PemKeySetTests
{
    [Fact]
    public void Reads_certificates_and_public_keys_whatever_stands_between_them()
    {
        using var rsa = RSA.Create(2048);
        var pem = $"# of 2026\r\n{new TestSaml("urn:a").CertificatePem}\r\n\r\n{rsa.ExportSubjectPublicKeyInfoPem()}\n";

        var keys = KeySetReader.Read(PemKeySet.ToJwks(pem), Scene.Now, TimeSpan.FromHours(1));

        Assert.Empty(keys.Refused);
        Assert.Equal(2, keys.Keys.Select(key => key.KeyId).Distinct().Count());
    }

    [Fact]
    public void Leaves_out_a_weak_key()
    {
        using var rsa = RSA.Create(1024);

        Assert.Empty(KeySetReader.Read(PemKeySet.ToJwks(rsa.ExportSubjectPublicKeyInfoPem()), Scene.Now, TimeSpan.FromHours(1)).Keys);
    }

    [Fact]
    public void Refuses_what_is_no_public_rsa_key()
    {
        using var rsa = RSA.Create(2048);
        using var ec = ECDsa.Create();
        string[] bad =
        [
            "", "MIIB", rsa.ExportPkcs8PrivateKeyPem(), rsa.ExportRSAPublicKeyPem(), ec.ExportSubjectPublicKeyInfoPem(),
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", new TestSaml("urn:a").CertificatePem + rsa.ExportPkcs8PrivateKeyPem(),
            string.Concat(Enumerable.Repeat(rsa.ExportSubjectPublicKeyInfoPem() + "\n", KeySet.MaxKeys + 1)),
        ];

        Assert.All(bad, pem => Assert.Throws<FormatException>(() => PemKeySet.ToJwks(pem)));
    }
}
