namespace ExchangeCluster.Tool.Tests;

/// <summary>The worked example's policy, as it stands or changed.</summary>
internal static class Shop
{
    public static string Path { get; } = System.IO.Path.Combine(Root(), "samples", "Shop", "shop.yaml");

    /// <summary>The policy that a silo without one begins with.</summary>
    public static string Demo { get; } = System.IO.Path.Combine(Root(), "src", "Silo", "Demo", "demo-policy.yaml");

    public static PolicyFile With(string old, string changed)
    {
        var text = File.ReadAllText(Path);
        var replaced = text.Replace(old, changed, StringComparison.Ordinal);
        return replaced == text ? throw new InvalidOperationException($"The shop's policy has no '{old}'.") : new PolicyFile(replaced);
    }

    private static string Root()
    {
        var directory = AppContext.BaseDirectory;
        while (!File.Exists(System.IO.Path.Combine(directory, "ExchangeCluster.sln")))
        {
            directory = Directory.GetParent(directory)!.FullName;
        }

        return directory;
    }
}
