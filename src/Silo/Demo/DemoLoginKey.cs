using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Silo.Demo;

/// <summary>The demo login issuer's own key, kept in a file so that its tokens outlive a restart.</summary>
internal static class DemoLoginKey
{
    private const string FileName = "demo-login-key.pem";

    public static ECDsaSecurityKey LoadOrCreate(string directory)
    {
        var path = Path.Combine(directory, FileName);
        var ecdsa = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        if (File.Exists(path))
        {
            ecdsa.ImportFromPem(File.ReadAllText(path));
        }
        else
        {
            Directory.CreateDirectory(directory);
            Save(path, ecdsa.ExportPkcs8PrivateKeyPem());
        }

        var key = new ECDsaSecurityKey(ecdsa);
        key.KeyId = Base64UrlEncoder.Encode(key.ComputeJwkThumbprint());
        return key;
    }

    private static void Save(string path, string pem)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using var writer = new StreamWriter(path, options);
        writer.Write(pem);
    }
}
