using System.Reflection;

namespace ExchangeCluster.Architecture.Tests;

/// <summary>The source tree that the running tests were built from.</summary>
internal static class Repository
{
    public static DirectoryInfo Root { get; } = FindRoot();

    public static IEnumerable<FileInfo> SourceFiles(string project) =>
        new DirectoryInfo(Path.Combine(Root.FullName, "src", project))
            .EnumerateFiles("*.cs", SearchOption.AllDirectories)
            .Where(file => !file.FullName.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)
                && !file.FullName.Contains($"{Path.DirectorySeparatorChar}bin{Path.DirectorySeparatorChar}", StringComparison.Ordinal));

    private static DirectoryInfo FindRoot()
    {
        var folder = new FileInfo(Assembly.GetExecutingAssembly().Location).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "ExchangeCluster.sln")))
        {
            folder = folder.Parent;
        }

        return folder ?? throw new InvalidOperationException("The tests do not run below the source tree.");
    }
}
