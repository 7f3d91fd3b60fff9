using ExchangeCluster.Silo.Stores;
using Microsoft.Data.Sqlite;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Stores;

/// <summary>Which data directories are opened, and how their files look to others.</summary>
public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Refuses_a_directory_that_is_in_use()
    {
        using var first = Open();

        var refused = Assert.Throws<DataDirectoryException>(Open);

        Assert.Equal($"The data directory {directory.Path} is in use by another process.", refused.Message);
    }

    [Fact]
    public void Opens_a_directory_that_was_released()
    {
        Open().Dispose();
        Open().Dispose();
    }

    [Fact]
    public async Task Keeps_directory_and_files_from_everybody_else()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix.");
        using var store = Open();
        await store.InitializeAsync(TestContext.Current.CancellationToken);
        KeyEncryptionKeyFile.ReadOrCreate(directory.Path);

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, Mode(directory.Path));
        var files = Directory.GetFiles(directory.Path);
        Assert.True(files.Length >= 3, string.Join(", ", files));
        Assert.All(files, file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, Mode(file)));
    }

    [Theory]
    [InlineData(UnixFileMode.GroupRead)]
    [InlineData(UnixFileMode.OtherRead)]
    [InlineData(UnixFileMode.GroupWrite)]
    public void Refuses_a_file_that_others_may_touch(UnixFileMode others)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix.");
        Open().Dispose();
        SetMode(directory.File(SqliteFile.Name), UnixFileMode.UserRead | UnixFileMode.UserWrite | others);

        var refused = Assert.Throws<DataDirectoryException>(Open);

        Assert.Contains("0600", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_a_file_that_is_not_a_database()
    {
        Open().Dispose();
        File.WriteAllText(directory.File(SqliteFile.Name), new string('x', 4096));

        var refused = Assert.Throws<DataDirectoryException>(Open);

        Assert.Contains(directory.File(SqliteFile.Name), refused.Message, StringComparison.Ordinal);
        Assert.Contains("damaged or not a database", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reports_damage_found_later()
    {
        Open().Dispose();
        using (var file = File.Open(directory.File(SqliteFile.Name), FileMode.Open))
        {
            // The first page, which opening reads, stays whole.
            file.Seek(4096, SeekOrigin.Begin);
            file.Write(Enumerable.Repeat((byte)0xff, (int)(file.Length - 4096)).ToArray());
        }

        using var store = Open();

        var refused = await Assert.ThrowsAsync<DataDirectoryException>(
            () => store.InitializeAsync(TestContext.Current.CancellationToken));
        Assert.Contains("damaged or not a database", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("CREATE TABLE theirs (x); PRAGMA user_version = 1", "another program")]
    [InlineData("CREATE TABLE theirs (x)", "another program")]
    [InlineData("PRAGMA user_version = 2", "schema version 2; this build knows version 1")]
    [InlineData("PRAGMA user_version = 0", "schema version 0; this build knows version 1")]
    public void Refuses_a_database_it_does_not_know(string change, string reason)
    {
        if (change.StartsWith("PRAGMA", StringComparison.Ordinal))
        {
            Open().Dispose();
        }
        else
        {
            Directory.CreateDirectory(directory.Path);
            File.WriteAllBytes(directory.File(SqliteFile.Name), []);
            SetMode(directory.File(SqliteFile.Name), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Change(change);

        Assert.Contains(reason, Assert.Throws<DataDirectoryException>(Open).Message, StringComparison.Ordinal);
    }

    private static UnixFileMode Mode(string path) =>
        OperatingSystem.IsWindows() ? throw new PlatformNotSupportedException() : File.GetUnixFileMode(path);

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(path, mode);
        }
    }

    private SqliteClusterStore Open() => SqliteClusterStore.Open(directory.Path, TimeProvider.System);

    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={directory.File(SqliteFile.Name)};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
