using ExchangeCluster.Silo.Stores;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Stores;

public sealed class KeyEncryptionKeyFileTests : IDisposable
{
    private readonly TemporaryDirectory directory = new();

    private string KeyFile => directory.File(KeyEncryptionKeyFile.Name);

    public void Dispose() => directory.Dispose();

    [Fact]
    public void Makes_a_key_once()
    {
        var made = KeyEncryptionKeyFile.ReadOrCreate(directory.Path).RevealBase64();

        Assert.Equal(made, KeyEncryptionKeyFile.ReadOrCreate(directory.Path).RevealBase64());
        Assert.Equal(made, File.ReadAllText(KeyFile));
    }

    [Fact]
    public void Makes_another_key_in_another_directory()
    {
        using var other = new TemporaryDirectory();

        Assert.NotEqual(
            KeyEncryptionKeyFile.ReadOrCreate(other.Path).RevealBase64(), KeyEncryptionKeyFile.ReadOrCreate(directory.Path).RevealBase64());
    }

    [Fact]
    public void Refuses_a_key_that_others_may_read()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "File modes are Unix.");
        KeyEncryptionKeyFile.ReadOrCreate(directory.Path);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(KeyFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        }

        Assert.Throws<DataDirectoryException>(() => KeyEncryptionKeyFile.ReadOrCreate(directory.Path));
    }

    [Fact]
    public void Refuses_something_else_without_quoting_it()
    {
        KeyEncryptionKeyFile.ReadOrCreate(directory.Path);
        File.WriteAllText(KeyFile, "canary-secret");

        var refused = Assert.Throws<DataDirectoryException>(() => KeyEncryptionKeyFile.ReadOrCreate(directory.Path));

        Assert.Contains(KeyFile, refused.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("canary-secret", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_to_replace_a_lost_key_of_existing_data()
    {
        KeyEncryptionKeyFile.ReadOrCreate(directory.Path);
        using var store = SqliteClusterStore.Open(directory.Path, TimeProvider.System);
        await store.InitializeAsync(TestContext.Current.CancellationToken);
        File.Delete(KeyFile);

        Assert.Throws<DataDirectoryException>(() => KeyEncryptionKeyFile.ReadOrCreate(directory.Path));
        Assert.False(File.Exists(KeyFile));
    }
}
