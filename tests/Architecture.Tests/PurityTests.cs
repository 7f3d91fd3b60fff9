using System.Text.RegularExpressions;
using Xunit;

namespace ExchangeCluster.Architecture.Tests;

public sealed partial class PurityTests
{
    private static readonly string[] AllProjects = ["Protocol", "Domain", "Contracts", "Grains", "Silo", "Client", "Client.Orleans", "Client.Yarp", "Transport", "Tool"];

    [Fact]
    public void Refuses_ambient_clocks_and_weak_randomness_in_the_source() =>
        Assert.Empty(AllProjects.SelectMany(Repository.SourceFiles).SelectMany(file => Matches(file, AmbientState())));

    [Fact]
    public void Refuses_input_and_output_in_the_domain() =>
        Assert.Empty(Repository.SourceFiles("Domain").SelectMany(file => Matches(file, InputOutput())));

    [Fact]
    public void Refuses_switching_off_the_banned_symbols() =>
        Assert.Empty(AllProjects.SelectMany(Repository.SourceFiles).SelectMany(file => Matches(file, Suppression())));

    private static IEnumerable<string> Matches(FileInfo file, Regex pattern)
    {
        var line = 0;
        foreach (var text in File.ReadLines(file.FullName))
        {
            line++;
            if (pattern.IsMatch(text))
            {
                yield return $"{file.Name}:{line}: {text.Trim()}";
            }
        }
    }

    [GeneratedRegex(@"\bDateTime(Offset)?\.(Utc)?(Now|Today)\b|\bEnvironment\.TickCount|\bStopwatch\.(StartNew|GetTimestamp)|\bnew Random\b|\bRandom\.Shared\b")]
    private static partial Regex AmbientState();

    [GeneratedRegex(@"\bSystem\.(IO|Net)\b|\b(File|Directory|FileInfo|HttpClient|Socket|Environment|Console)\.[A-Z]|\bTask\.Run\b")]
    private static partial Regex InputOutput();

    [GeneratedRegex(@"RS0030")]
    private static partial Regex Suppression();
}
