using CsCheck;

namespace ExchangeCluster.TestKit;

/// <summary>
/// Damages good input: a few random edits of bytes, runs and words. What the readers under test make of it is up to each
/// test; the seed of a failure is printed and replays it (<c>CsCheck_Seed</c>), and <c>CsCheck_Time</c> in seconds makes a
/// run as long as one likes.
/// </summary>
public static class Mutations
{
    private const int MaxEdits = 6;
    private const int MaxRepeats = 300;

    /// <summary>One of <paramref name="good"/>, edited zero to six times.</summary>
    /// <param name="good">Inputs that are accepted.</param>
    /// <param name="words">What tends to break readers of this kind of input.</param>
    public static Gen<byte[]> Of(IReadOnlyList<byte[]> good, IReadOnlyList<byte[]> words)
    {
        ArgumentNullException.ThrowIfNull(good);
        var edit = Gen.Select(Gen.Int[0, 6], Gen.Int[0, int.MaxValue - 1], Gen.Int[0, int.MaxValue - 1], Gen.Byte);
        return Gen.Select(Gen.Int[0, good.Count - 1], edit.Array[0, MaxEdits], (index, edits) =>
            edits.Aggregate(good[index], (bytes, next) => Apply(bytes, next, good, words)));
    }

    private static byte[] Apply(
        byte[] bytes, (int Kind, int At, int Length, byte Value) edit, IReadOnlyList<byte[]> good, IReadOnlyList<byte[]> words)
    {
        var at = edit.At % (bytes.Length + 1);
        var length = edit.Length % (Math.Min(bytes.Length - at, 64) + 1);
        var other = good[edit.Length % good.Count];
        var start = edit.At % (other.Length + 1);
        return edit.Kind switch
        {
            0 => [.. bytes[..at], edit.Value, .. bytes[Math.Min(at + 1, bytes.Length)..]],
            1 => [.. bytes[..at], edit.Value, .. bytes[at..]],
            2 => [.. bytes[..at], .. bytes[(at + length)..]],
            3 => [.. bytes[..(at + length)], .. Repeat(bytes[at..(at + length)], edit.Value), .. bytes[(at + length)..]],
            4 => [.. bytes[..at], .. words[edit.Length % words.Count], .. bytes[at..]],
            5 => [.. bytes[..at], .. words[edit.Length % words.Count], .. bytes[(at + length)..]],
            _ => [.. bytes[..at], .. other[start..]],
        };
    }

    private static IEnumerable<byte> Repeat(byte[] run, int times) =>
        Enumerable.Repeat(run, Math.Min(times, run.Length == 0 ? 0 : MaxRepeats)).SelectMany(each => each);
}
