using System.Text;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// The key-encryption key of the embedded default, kept beside the data: it protects a copied database, not a copied directory.
/// </summary>
internal static class KeyEncryptionKeyFile
{
    public const string Name = "key-encryption-key";

    /// <summary>Reads the key; makes it when the file doesn't exist or is empty.</summary>
    /// <exception cref="DataDirectoryException">The file can't be used, or holds something else.</exception>
    public static KeyEncryptionKey ReadOrCreate(string directory)
    {
        var path = PrivateFiles.Prepare(directory, Name);
        using var file = new FileStream(path, PrivateFiles.Options(FileMode.Open));
        if (file.Length == 0)
        {
            var made = KeyEncryptionKey.Generate();
            file.Write(Encoding.ASCII.GetBytes(made.RevealBase64()));
            file.Flush(flushToDisk: true);
            return made;
        }

        using var reader = new StreamReader(file, Encoding.ASCII);
        try
        {
            return KeyEncryptionKey.FromBase64(reader.ReadToEnd());
        }
        catch (FormatException e)
        {
            throw new DataDirectoryException($"{path}: {e.Message}", e);
        }
    }
}
