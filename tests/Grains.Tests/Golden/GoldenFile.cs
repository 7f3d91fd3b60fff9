using System.Runtime.CompilerServices;

namespace ExchangeCluster.Grains.Tests.Golden;

/// <summary>
/// What a release has written, committed beside its reader. A release that can't read it would forget what is stored, or misunderstand the
/// silos of the release before it. UPDATE_GOLDEN=1 writes the files that aren't there; one that is there is never written again:
/// delete it when no release that anyone runs writes it.
/// </summary>
internal static class GoldenFile
{
    public static string PathOf(string name) => Path.Combine(Path.GetDirectoryName(ThisFile())!, name);

    public static bool IsToBeWritten(string name) => Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1" && !File.Exists(PathOf(name));

    private static string ThisFile([CallerFilePath] string file = "") => file;
}
