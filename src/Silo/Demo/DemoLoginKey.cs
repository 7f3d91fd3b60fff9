using System.Security.Cryptography;
using ExchangeCluster.Silo.Stores;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Silo.Demo;

/// <summary>The demo login issuer's own key, kept in a file so that its tokens outlive a restart.</summary>
internal static class DemoLoginKey
{
    private const string FileName = "demo-login-key.pem";

    /// <exception cref="DataDirectoryException">The file can't be used.</exception>
    public static ECDsaSecurityKey LoadOrCreate(string directory)
    {
        var path = PrivateFiles.Prepare(directory, FileName);
        var pem = File.ReadAllText(path);
        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (pem.Length == 0)
        {
            File.WriteAllText(path, ecdsa.ExportPkcs8PrivateKeyPem());
        }
        else
        {
            ecdsa.ImportFromPem(pem);
        }

        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }
}
