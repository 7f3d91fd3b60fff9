using System.Text;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// The key-encryption key of the embedded default, kept beside the data: it protects a copied database, not a copied directory.
/// </summary>
internal static class KeyEncryptionKeyFile
{
    public const string Name = "key-encryption-key";

    /// <summary>Reads the key; makes it when the file doesn't exist or is empty, and nothing can be sealed under another yet.</summary>
    /// <exception cref="DataDirectoryException">The file can't be used, holds something else, or is gone.</exception>
    public static KeyEncryptionKey ReadOrCreate(string directory)
    {
        if (new InitializedMarker(directory).Exists && !File.Exists(Path.Combine(directory, Name)))
        {
            throw new DataDirectoryException(
                $"{Path.Combine(directory, Name)} is missing, and the data beside it was sealed under a key; expected that key, in this file or by setting.");
        }

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
