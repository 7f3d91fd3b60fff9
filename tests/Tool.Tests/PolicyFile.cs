namespace ExchangeCluster.Tool.Tests;

/// <summary>A policy in a file of its own, while the test runs.</summary>
internal sealed class PolicyFile : IDisposable
{
    public PolicyFile(string text)
    {
        Path = System.IO.Path.Combine(Directory.CreateTempSubdirectory("exchange-tool-").FullName, "policy.yaml");
        File.WriteAllText(Path, text);
    }

    public string Path { get; }

    public void Dispose() => Directory.GetParent(Path)!.Delete(recursive: true);
}
