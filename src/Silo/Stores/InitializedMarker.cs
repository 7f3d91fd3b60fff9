namespace ExchangeCluster.Silo.Stores;

/// <summary>
/// A file beside the data that says that its logs and keys were made once. With it, a lost file is a store that forgot and
/// stops the start; without it, new ones would silently un-revoke and orphan every issued token.
/// </summary>
internal sealed class InitializedMarker(string directory)
{
    public const string Name = "initialized";

    private readonly string path = Path.Combine(directory, Name);

    public bool Exists => File.Exists(path);

    /// <exception cref="DataDirectoryException">It can't be written.</exception>
    public void Set() => PrivateFiles.Prepare(directory, Name);
}
