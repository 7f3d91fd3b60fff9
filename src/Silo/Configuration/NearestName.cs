namespace ExchangeCluster.Silo.Configuration;

/// <summary>Guesses which name a mistyped one was meant to be.</summary>
internal static class NearestName
{
    public static string Of(string mistyped, IReadOnlyList<string> names) =>
        names.MinBy(name => Distance(mistyped.ToUpperInvariant(), name.ToUpperInvariant()))!;

    /// <summary>Levenshtein's distance, one row at a time.</summary>
    private static int Distance(string one, string other)
    {
        var row = Enumerable.Range(0, other.Length + 1).ToArray();
        for (var i = 1; i <= one.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var substituted = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substituted, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
