using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Unicode;

namespace ExchangeCluster.Silo.Token;

/// <summary>Strict decoding of <c>application/x-www-form-urlencoded</c> text (RFC 6749 appendix B).</summary>
internal static class FormEncoding
{
    /// <summary>
    /// Decodes one name or value, overwriting <paramref name="encoded"/>. False for a broken escape, for what is not
    /// UTF-8 and for NUL, which no parameter may hold.
    /// </summary>
    public static bool TryDecode(Span<byte> encoded, [NotNullWhen(true)] out string? text)
    {
        text = null;
        var length = 0;
        for (var i = 0; i < encoded.Length; i++)
        {
            var value = encoded[i];
            if (value == '%')
            {
                if (!TryReadEscape(encoded[(i + 1)..], out value))
                {
                    return false;
                }

                i += 2;
            }
            else if (value == '+')
            {
                value = (byte)' ';
            }

            if (value == 0)
            {
                return false;
            }

            encoded[length++] = value;
        }

        var decoded = encoded[..length];
        if (!Utf8.IsValid(decoded))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(decoded);
        return true;
    }

    private static bool TryReadEscape(ReadOnlySpan<byte> digits, out byte value)
    {
        value = 0;
        return digits.Length >= 2
            && Convert.FromHexString(digits[..2], new Span<byte>(ref value), out _, out _) == OperationStatus.Done;
    }
}
