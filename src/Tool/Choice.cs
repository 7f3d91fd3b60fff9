using System.CommandLine;

namespace ExchangeCluster.Tool;

/// <summary>An option that takes one of a few words, which shells complete.</summary>
internal static class Choice
{
    public static Option<string?> Of(string name, string description, params string[] words)
    {
        var option = new Option<string?>(name) { Description = description };
        option.AcceptOnlyFromAmong(words);
        return option;
    }
}
