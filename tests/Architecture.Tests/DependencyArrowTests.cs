using System.Xml.Linq;
using Xunit;

namespace ExchangeCluster.Architecture.Tests;

public sealed class DependencyArrowTests
{
    private static readonly Dictionary<string, string[]> Arrows = new(StringComparer.Ordinal)
    {
        ["Protocol"] = [],
        ["Domain"] = ["Protocol"],
        ["Contracts"] = [],
        ["Grains"] = ["Contracts", "Domain"],
        ["Transport"] = [],
        ["Silo"] = ["Grains", "Transport"],
        ["Tool"] = ["Domain"],
        ["Client"] = ["Protocol"],
        ["Client.Orleans"] = ["Client", "Contracts", "Transport"],
        ["Client.Yarp"] = ["Client"],
    };

    private static readonly Dictionary<string, string[]> Packages = new(StringComparer.Ordinal)
    {
        ["Protocol"] = [],
        ["Domain"] = ["BitFaster.Caching", "Microsoft.IdentityModel.JsonWebTokens", "System.Security.Cryptography.Xml", "YamlDotNet"],
        ["Contracts"] = ["Microsoft.Orleans.Sdk"],
    };

    public static TheoryData<string> Projects => [.. Directory
        .EnumerateDirectories(Path.Combine(Repository.Root.FullName, "src")).Select(folder => Path.GetFileName(folder)!)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Holds_every_arrow_between_projects(string project)
    {
        Assert.True(Arrows.TryGetValue(project, out var allowed), $"{project} has no place in the layout.");
        var references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Equal(allowed.Order(StringComparer.Ordinal), references.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("Protocol")]
    [InlineData("Domain")]
    [InlineData("Contracts")]
    public void Holds_the_packages_of_the_inner_projects(string project)
    {
        Assert.Equal(Packages[project], Items(project, "PackageReference").Order(StringComparer.Ordinal));
        Assert.Empty(Items(project, "FrameworkReference"));
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Repository.Root.FullName, "src", project, project + ".csproj"))
            .Descendants(kind)
            .Where(item => item.Attribute("PrivateAssets") is null)
            .Select(item => item.Attribute("Include")!.Value);
}
