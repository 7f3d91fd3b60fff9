namespace ExchangeCluster.Domain.Policies.Configuration;

/// <summary>One string for each short text of a file: the same names stand in it a hundred thousand times.</summary>
internal sealed class TextPool
{
    private const int MaxLength = 64;
    private const int MaxCount = 100_000;

    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public string Share(string text)
    {
        if (text.Length > MaxLength)
        {
            return text;
        }

        if (known.TryGetValue(text, out var shared))
        {
            return shared;
        }

        if (known.Count < MaxCount)
        {
            known.Add(text);
        }

        return text;
    }
}
