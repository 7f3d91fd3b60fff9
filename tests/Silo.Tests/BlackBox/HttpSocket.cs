using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>One TCP connection to a silo, for what no HTTP client would send: text goes out as it stands, in Latin-1.</summary>
internal sealed partial class HttpSocket : IDisposable
{
    /// <summary>Far more than a busy machine needs, far less than the silo's own limits on idle connections.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TcpClient tcp = new() { NoDelay = true };

    /// <summary>Asked for once: a connection that stops sending is no longer "connected" to <see cref="TcpClient"/>.</summary>
    private NetworkStream stream = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public static async Task<HttpSocket> ConnectAsync(Uri address)
    {
        var socket = new HttpSocket();
        await socket.tcp.ConnectAsync(address.Host, address.Port, Token);
        socket.stream = socket.tcp.GetStream();
        return socket;
    }

    /// <summary>Sends a whole text and hears everything until the silo ends the connection, which it must.</summary>
    public static async Task<string> AskAsync(Uri address, string text)
    {
        using var socket = await ConnectAsync(address);
        var answer = socket.ReadToEndAsync();
        await socket.SendAsync(text);
        return await answer;
    }

    /// <summary>The text of a token request; more headers end in CRLF each.</summary>
    public static async Task<string> TextAsync(TokenForm form, string headers = "", string line = "POST /oauth/token HTTP/1.1")
    {
        var body = await new FormUrlEncodedContent(form.Parameters).ReadAsStringAsync(Token);
        return string.Create(CultureInfo.InvariantCulture, $"{Head(form, headers, line)}Content-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>The same without the length and what follows.</summary>
    public static string Head(TokenForm form, string headers = "", string line = "POST /oauth/token HTTP/1.1") =>
        $"{line}\r\nHost: sts.shop.example\r\nContent-Type: application/x-www-form-urlencoded\r\nAuthorization: {form.Authorization}\r\n{headers}";

    /// <summary>The status codes of all the answers in what was heard, in order.</summary>
    public static int[] Statuses(string heard) =>
        [.. StatusLine().Matches(heard).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];

    /// <summary>Fails the test unless these are the status codes of what was heard.</summary>
    public static void AssertStatuses(string heard, params int[] expected) => Assert.True(
        Statuses(heard).SequenceEqual(expected), $"Expected {string.Join(", ", expected)} but heard: {heard}");

    /// <summary>False once the silo has ended the connection.</summary>
    public async Task<bool> TrySendAsync(string text)
    {
        try
        {
            await SendAsync(text);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    public Task SendAsync(string text) =>
        stream.WriteAsync(Encoding.Latin1.GetBytes(text), Token).AsTask().WaitAsync(Patience, TimeProvider.System, Token);

    /// <summary>Says that nothing more will come, and goes on listening.</summary>
    public void StopSending() => tcp.Client.Shutdown(SocketShutdown.Send);

    /// <summary>Goes away without a word, as a crashed client does.</summary>
    public void Reset()
    {
        tcp.LingerState = new LingerOption(enable: true, seconds: 0);
        tcp.Close();
    }

    /// <summary>What is heard up to and with the first <paramref name="end"/>.</summary>
    public async Task<string> ReadUntilAsync(string end)
    {
        var heard = new StringBuilder();
        var buffer = new byte[1];
        while (!heard.ToString().EndsWith(end, StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(buffer, Token).AsTask().WaitAsync(Patience, TimeProvider.System, Token);
            heard.Append((char)buffer[0]);
        }

        return heard.ToString();
    }

    /// <summary>What is heard until the silo ends the connection, with a goodbye or without.</summary>
    /// <exception cref="TimeoutException">It keeps the connection open.</exception>
    public async Task<string> ReadToEndAsync()
    {
        using var heard = new MemoryStream();
        try
        {
            await stream.CopyToAsync(heard, Token).WaitAsync(Patience, TimeProvider.System, Token);
        }
        catch (IOException)
        {
            // Reset by the silo: ended all the same.
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"The silo keeps the connection open after: {Encoding.Latin1.GetString(heard.ToArray())}");
        }

        return Encoding.Latin1.GetString(heard.ToArray());
    }

    public void Dispose() => tcp.Dispose();

    [GeneratedRegex(@"HTTP/1\.1 (\d{3}) ", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StatusLine();
}
