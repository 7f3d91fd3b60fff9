namespace ExchangeCluster.Silo.Tests.Stores;

/// <summary>A path that nothing stands at yet; removed with everything below it.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private readonly DirectoryInfo parent = Directory.CreateTempSubdirectory("exchange-cluster-");

    public string Path => System.IO.Path.Combine(parent.FullName, "data");

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose() => parent.Delete(recursive: true);
}
