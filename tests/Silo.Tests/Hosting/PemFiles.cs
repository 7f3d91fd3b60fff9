using System.Security.Cryptography.X509Certificates;
using ExchangeCluster.TestKit;

namespace ExchangeCluster.Silo.Tests.Hosting;

/// <summary>Certificates of one authority for silos and their clients, as files.</summary>
internal sealed class PemFiles : IDisposable
{
    private readonly string directory = Directory.CreateTempSubdirectory("pem-").FullName;
    private readonly TestAuthority authority;

    public PemFiles(string name)
    {
        authority = TestAuthority.Create($"CN={name}");
        File.WriteAllText(Authority, authority.Pem);
    }

    public string Authority => Path.Combine(directory, "authority.pem");

    /// <summary>A certificate for both sides of TLS.</summary>
    public X509Certificate2 Issue(string name) => authority.Issue($"CN={name}", usage: null);

    public string Write(X509Certificate2 certificate)
    {
        var file = Path.Combine(directory, $"{certificate.Thumbprint}.pem");
        File.WriteAllText(file, certificate.ExportCertificatePem() + "\n" + certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        return file;
    }

    public void Dispose() => Directory.Delete(directory, recursive: true);
}
