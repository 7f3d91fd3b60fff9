using System.Buffers;
using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Base64url as JOSE defines it (RFC 7515 section 2): no padding, no white space, and unused bits of the last character
/// zero, so that every octet string has exactly one spelling.
/// </summary>
internal static class StrictBase64Url
{
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private static readonly SearchValues<char> Characters = SearchValues.Create(Alphabet);

    public static bool TryDecode(ReadOnlySpan<char> text, [NotNullWhen(true)] out byte[]? octets)
    {
        octets = null;
        if (text.ContainsAnyExcept(Characters) || !EndsOnWholeOctet(text))
        {
            return false;
        }

        octets = Base64Url.DecodeFromChars(text);
        return true;
    }

    private static bool EndsOnWholeOctet(ReadOnlySpan<char> text) => (text.Length % 4) switch
    {
        0 => true,
        2 => (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & 0b1111) == 0,
        3 => (Alphabet.IndexOf(text[^1], StringComparison.Ordinal) & 0b0011) == 0,
        _ => false,
    };
}
