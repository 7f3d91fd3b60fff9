using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>
/// Group H: where a request ends. After whatever is open to interpretation the connection must end: the next octets could
/// be the request of somebody else (RFC 9112 section 11.2).
/// </summary>
[Collection<ShopCollection>]
public sealed class HttpFramingTests(Shop shop)
{
    public static TheoryData<string> Lengths =>
    [
        "Content-Length: {n}\r\nTransfer-Encoding: chunked", "Transfer-Encoding: chunked\r\nContent-Length: {n}",
        "Content-Length: {n}\r\nContent-Length: 5", "Content-Length: {n}\r\nContent-Length: {n}", "Content-Length: {n}, {n}",
        "Content-Length: -1", "Content-Length: 0x10", "Content-Length: 99999999999999999999",
        "Content-Length : {n}", "Content-Length: {n}\r\n Transfer-Encoding: chunked", "X-Test: a\r\n b\r\nContent-Length: {n}",
        "X-Test: a\r\n\tb\r\nContent-Length: {n}", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
        "Transfer-Encoding: gzip", "Transfer-Encoding: identity", "Transfer-Encoding: xchunked", "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding:\u000bchunked",
    ];

    public static TheoryData<string> Chunks =>
    [
        "zz\r\n", "-1\r\n", "0x5\r\n", " 5\r\n", "+5\r\n", "\r\n", "FFFFFFFFFFFFFFFFF\r\n", "100000000\r\n",
        "5;x\ngrant\r\n0\r\n\r\n", "5;x=\"\n\"\r\ngrant\r\n0\r\n\r\n", "5\ngrant\r\n0\r\n\r\n", "5;x\rgrant\r\n0\r\n\r\n",
        "5\r\ngrantX\r\n0\r\n\r\n", "5\r\ngrant0\r\n\r\n", "5\r\ngrant\n0\r\n\r\n",
    ];

    public static TheoryData<string> BareLineFeeds =>
    [
        "POST /oauth/token HTTP/1.1\nHost: x\r\n", "POST /oauth/token HTTP/1.1\r\nHost: x\nX-Test: y\r\n",
        "POST /oauth/token HTTP/1.1\nHost: x\n",
    ];

    [Theory]
    [InlineData(1024 * 1024)]
    [InlineData(100 * 1024 * 1024)]
    [InlineData(65_537)]
    public async Task Fault_H3_Refuses_a_body_that_announces_itself_as_too_large(long length)
    {
        // Not an octet of it is sent: the announcement is enough.
        var answer = await HttpSocket.AskAsync(shop.Silo.PublicUrl, $"{HttpSocket.Head(shop.GoodForm())}Content-Length: {length}\r\n\r\n");

        Refused(answer, 413);
    }

    [Fact]
    public async Task Fault_H3_Ends_a_body_without_end()
    {
        using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
        var answer = socket.ReadToEndAsync();
        var chunk = $"4000\r\n{new string('x', 0x4000)}\r\n";
        var sent = 0;
        await socket.SendAsync($"{HttpSocket.Head(shop.GoodForm())}Transfer-Encoding: chunked\r\n\r\n");
        while (!answer.IsCompleted && await socket.TrySendAsync(chunk))
        {
            sent++;
            Assert.True(sent < 10_000, "The silo goes on reading.");
        }

        Refused(await answer, 413);
        await shop.IssueAsync();
    }

    [Fact]
    public async Task Fault_H4_Refuses_a_body_that_is_shorter_than_announced()
    {
        using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
        await socket.SendAsync($"{HttpSocket.Head(shop.GoodForm())}Content-Length: 1000\r\n\r\ngrant_type=x");
        socket.StopSending();

        // A client that has stopped sending has gone, to some servers: then nothing is heard but the end.
        Assert.True(HttpSocket.Statuses(await socket.ReadToEndAsync()) is [] or [400]);
        await shop.IssueAsync();
    }

    [Fact]
    public async Task Fault_H4_Refuses_what_follows_a_body_that_is_longer_than_announced()
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm());
        var heard = await HttpSocket.AskAsync(shop.Silo.PublicUrl, text + "&x=1 y z\r\n\r\n");

        // The request that is whole, and the rest, which is none.
        HttpSocket.AssertStatuses(heard, 200, 400);
    }

    [Theory]
    [MemberData(nameof(Lengths))]
    public async Task Fault_H6_Refuses_lengths_that_can_be_read_in_two_ways(string headers)
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm());
        var body = text[(text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        var length = headers.Replace("{n}", body.Length.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
        var content = headers.Contains("chunked", StringComparison.Ordinal) ? $"{body.Length:x}\r\n{body}\r\n0\r\n\r\n" : body;

        Refused(await HttpSocket.AskAsync(shop.Silo.PublicUrl, $"{HttpSocket.Head(shop.GoodForm())}{length}\r\n\r\n{content}"), 400);
        await shop.IssueAsync();
    }

    [Theory]
    [MemberData(nameof(Chunks))]
    public async Task Fault_H7_Refuses_bad_chunks(string chunks)
    {
        // What stands behind them must not become a request of its own.
        var smuggled = await HttpSocket.TextAsync(shop.GoodForm());
        var text = $"{HttpSocket.Head(shop.GoodForm())}Transfer-Encoding: chunked\r\n\r\n{chunks}{smuggled}";

        Refused(await HttpSocket.AskAsync(shop.Silo.PublicUrl, text), 400);
        await shop.IssueAsync();
    }

    [Theory]
    [MemberData(nameof(BareLineFeeds))]
    public async Task Fault_H7_Refuses_bare_line_feeds(string lines)
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm());
        var rest = text[(text.IndexOf("\r\nHost", StringComparison.Ordinal) + 2)..].Replace("Host: sts.shop.example\r\n", "", StringComparison.Ordinal);

        Refused(await HttpSocket.AskAsync(shop.Silo.PublicUrl, lines + rest), 400);
    }

    [Fact]
    public async Task Fault_H11_Refuses_http_2_over_plain_text()
    {
        const string preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
        const string settings = "\0\0\0\u0004\0\0\0\0\0";
        var heard = await HttpSocket.AskAsync(shop.Silo.PublicUrl, preface + settings);

        // Nothing, a 400, or GOAWAY (type 7) as the only frame; a server that speaks it would begin with SETTINGS (type 4).
        Assert.True(heard.Length == 0 || HttpSocket.Statuses(heard) is [400] || heard[3] == '\u0007', heard);
    }

    [Fact]
    public async Task Fault_H11_Ignores_an_upgrade_to_http_2_over_plain_text()
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm(), "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n");

        HttpSocket.AssertStatuses(await HttpSocket.AskAsync(shop.Silo.PublicUrl, text), 200);
    }

    [Fact]
    public async Task Fault_H17_Asks_for_the_body_that_waits_for_permission()
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm(), "Expect: 100-continue\r\nConnection: close\r\n");
        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
        await socket.SendAsync(text[..end]);
        HttpSocket.AssertStatuses(await socket.ReadUntilAsync("\r\n\r\n"), 100);

        await socket.SendAsync(text[end..]);
        HttpSocket.AssertStatuses(await socket.ReadToEndAsync(), 200);
    }

    [Fact]
    public async Task Fault_H17_Does_not_ask_for_a_body_that_it_would_refuse()
    {
        var answer = await HttpSocket.AskAsync(
            shop.Silo.PublicUrl, $"{HttpSocket.Head(shop.GoodForm())}Expect: 100-continue\r\nContent-Length: 1048576\r\n\r\n");

        Refused(answer, 413);
    }

    [Fact]
    public async Task Fault_H17_Answers_http_1_0_without_chunks_and_ends()
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm(), line: "POST /oauth/token HTTP/1.0");
        var answer = await HttpSocket.AskAsync(shop.Silo.PublicUrl, text);

        HttpSocket.AssertStatuses(answer, 200);
        Assert.Contains("Content-Length: ", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Transfer-Encoding", answer, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task Fault_H17_Answers_pipelined_requests_in_their_order()
    {
        var without = shop.GoodForm();
        without.Remove(ParameterNames.GrantType);
        var texts = await Task.WhenAll(
            HttpSocket.TextAsync(shop.GoodForm()), HttpSocket.TextAsync(without), HttpSocket.TextAsync(shop.GoodForm(), "Connection: close\r\n"));

        HttpSocket.AssertStatuses(await HttpSocket.AskAsync(shop.Silo.PublicUrl, string.Concat(texts)), 200, 400, 200);
    }

    private static void Refused(string answer, int status)
    {
        HttpSocket.AssertStatuses(answer, status);
        Assert.DoesNotContain("access_token", answer, StringComparison.Ordinal);
    }
}
