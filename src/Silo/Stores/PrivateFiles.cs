namespace ExchangeCluster.Silo.Stores;

/// <summary>Files that only the user who runs the silo may read.</summary>
internal static class PrivateFiles
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Creates the directory (0700) and an empty file (0600) in it, each unless it exists; returns the file's path.</summary>
    /// <exception cref="DataDirectoryException">It can't be created, or others may read the file.</exception>
    public static string Prepare(string directory, string name)
    {
        var path = Path.Combine(directory, name);
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(directory);
            }
            else
            {
                Directory.CreateDirectory(directory, OwnerOnly | UnixFileMode.UserExecute);
            }

            using var file = new FileStream(path, Options(FileMode.OpenOrCreate));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DataDirectoryException($"{path} can't be created or written: {e.Message}", e);
        }

        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
        {
            throw new DataDirectoryException($"{path} may be read or written by others than its owner; expected mode 0600.");
        }

        return path;
    }

    public static FileStreamOptions Options(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite };
        if (mode != FileMode.Open && !OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        return options;
    }
}
