using System.Net;
using System.Net.Http.Headers;
using System.Text;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group H: whole HTTP requests that are no token requests.</summary>
[Collection<ShopCollection>]
public sealed class HttpRequestTests(Shop shop)
{
    public static TheoryData<string> BadEscapes =>
    [
        "%", "%z", "%zz", "%4", "a%", "%%41", "%u0041", "%c0%af", "%e0%80%af", "%f0%80%80%af", "%ed%a0%80", "%f4%90%80%80", "%ff", "%c3",
        "%00", "a%00b",
    ];

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("OPTIONS")]
    [InlineData("TRACE")]
    [InlineData("post")]
    public async Task Fault_H1_Refuses_every_method_but_post(string method)
    {
        var answer = await HttpSocket.AskAsync(
            shop.Silo.PublicUrl, $"{method} /oauth/token HTTP/1.1\r\nHost: x\r\nX-Canary: h1-canary\r\nConnection: close\r\n\r\n");

        HttpSocket.AssertStatuses(answer, 405);
        Assert.Contains("Allow: POST\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("Cache-Control: no-store\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("h1-canary", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-7")]
    [InlineData("application/x-www-form-urlencoded, application/json")]
    [InlineData("application/x-www-form-urlencodedx")]
    [InlineData(null)]
    public async Task Fault_H2_Refuses_another_content_type_or_none(string? type)
    {
        using var request = await GoodRequestAsync();
        request.Content!.Headers.Remove("Content-Type");
        if (type is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        await RefusesAsync(request, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Fault_H2_Refuses_two_content_types()
    {
        var form = shop.GoodForm();
        var text = await HttpSocket.TextAsync(form, "Content-Type: application/json\r\nConnection: close\r\n");

        HttpSocket.AssertStatuses(await HttpSocket.AskAsync(shop.Silo.PublicUrl, text), 415);
    }

    [Theory]
    [InlineData(ParameterNames.Audience)]
    [InlineData(ParameterNames.Scope)]
    [InlineData(ParameterNames.ClientId)]
    [InlineData(ParameterNames.SubjectToken)]
    [InlineData(ParameterNames.SubjectTokenType)]
    [InlineData(ParameterNames.GrantType)]
    [InlineData("x-unknown")]
    public async Task Fault_H9_Never_reflects_line_breaks_of_a_value(string parameter)
    {
        var canary = $"h9-canary-{parameter}";
        foreach (var line in new[] { $"a\r\nSet-Cookie: {canary}", $"a\n{canary}", $"a\r{canary}", $"a\u0085{canary}", $"a\0{canary}" })
        {
            var answer = await shop.ExchangeAsync(edit: form => form[parameter] = line);

            Assert.DoesNotContain(canary, answer.Body, StringComparison.Ordinal);
            Assert.DoesNotContain(canary, answer.Headers.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(shop.Silo.Log.Lines, line => line.Contains(canary, StringComparison.Ordinal));
        await shop.IssueAsync();
    }

    [Fact]
    public async Task Fault_H9_Refuses_control_characters_in_a_header()
    {
        foreach (var character in "\0\r")
        {
            var text = await HttpSocket.TextAsync(shop.GoodForm(), $"X-Test: a{character}b\r\nConnection: close\r\n");

            HttpSocket.AssertStatuses(await HttpSocket.AskAsync(shop.Silo.PublicUrl, text), 400);
        }
    }

    [Theory]
    [InlineData("audience=orders")]
    [InlineData("client_id=web&client_secret=h10-canary")]
    [InlineData("subject_token=h10-canary")]
    [InlineData("x")]
    public async Task Fault_H10_Refuses_parameters_in_the_uri(string query)
    {
        using var request = await GoodRequestAsync();
        request.RequestUri = new Uri("/oauth/token?" + query, UriKind.Relative);

        await RefusesAsync(request, HttpStatusCode.BadRequest);
        Assert.DoesNotContain(shop.Silo.Log.Lines, line => line.Contains("h10-canary", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(BadEscapes))]
    public async Task Fault_H12_Refuses_broken_escapes(string escape)
    {
        using var inValue = await GoodRequestAsync("&x=" + escape);
        using var inName = await GoodRequestAsync("&" + escape + "=x");

        await RefusesAsync(inValue, HttpStatusCode.BadRequest);
        await RefusesAsync(inName, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Fault_H12_Refuses_octets_that_are_not_utf_8()
    {
        foreach (var octets in new byte[][] { [0xFF], [0xC0, 0xAF], [0xED, 0xA0, 0x80], [0xC3], [0] })
        {
            using var request = await GoodRequestAsync();
            var body = await request.Content!.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);
            request.Content = new ByteArrayContent([.. body, .. "&x="u8, .. octets]);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded");

            await RefusesAsync(request, HttpStatusCode.BadRequest);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip, gzip")]
    [InlineData("identity")]
    public async Task Fault_H13_Refuses_a_content_coding(string coding)
    {
        using var request = await GoodRequestAsync();
        request.Content!.Headers.TryAddWithoutValidation("Content-Encoding", coding);

        await RefusesAsync(request, HttpStatusCode.UnsupportedMediaType);
    }

    [Fact]
    public async Task Fault_H14_Refuses_too_many_fields_and_too_long_names()
    {
        using var manyFields = await GoodRequestAsync(string.Concat(Enumerable.Range(0, 2000).Select(i => $"&f{i}=1")));
        using var manyEqualFields = await GoodRequestAsync(string.Concat(Enumerable.Repeat("&audience=orders", 2000)));
        using var longName = await GoodRequestAsync("&" + new string('n', 50_000) + "=1");

        await RefusesAsync(manyFields, HttpStatusCode.BadRequest);
        await RefusesAsync(manyEqualFields, HttpStatusCode.BadRequest);
        await RefusesAsync(longName, HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Fault_H14_Refuses_a_name_of_a_megabyte()
    {
        var form = shop.GoodForm();
        form.Add(new string('n', 1024 * 1024), "1");
        using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
        var answer = socket.ReadToEndAsync();
        await socket.TrySendAsync(await HttpSocket.TextAsync(form));

        // The end of a connection on which octets are still arriving can overtake the answer.
        Assert.True(HttpSocket.Statuses(await answer) is [] or [413]);
        await shop.IssueAsync();
    }

    [Fact]
    public async Task Fault_H15_Issues_under_our_name_whatever_the_request_says()
    {
        using var request = await GoodRequestAsync();
        request.Headers.Host = "evil.example";
        foreach (var header in new[] { "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded-For", "X-Forwarded-Prefix", "X-Original-URL", "X-HTTP-Method-Override" })
        {
            request.Headers.Add(header, "evil.example");
        }

        request.Headers.Add("Forwarded", "host=evil.example;proto=https");
        var answer = await shop.Client.SendAsync(request, []);

        Assert.Equal(shop.Issuer, answer.AssertIssued().Text("iss"));
        Assert.DoesNotContain("evil.example", answer.Headers.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_H15_Issues_under_our_name_for_another_authority_in_the_request_line()
    {
        var text = await HttpSocket.TextAsync(
            shop.GoodForm(), "Connection: close\r\n", "POST http://sts.shop.example/oauth/token HTTP/1.1");
        var answer = await HttpSocket.AskAsync(shop.Silo.PublicUrl, text);

        HttpSocket.AssertStatuses(answer, 200);
        var token = new IssuedJwt(answer.Split("\"access_token\":\"")[1].Split('"')[0]);
        Assert.Equal(shop.Issuer, token.Text("iss"));
    }

    [Theory]
    [InlineData("//oauth/token")]
    [InlineData("/oauth//token")]
    [InlineData("/oauth/token/")]
    [InlineData("/oauth%2ftoken")]
    [InlineData("/oauth%2Ftoken")]
    [InlineData("/oauth\\token")]
    [InlineData("/oauth/toke%6e")]
    [InlineData("/oauth/token%20")]
    [InlineData("/oauth/token%00")]
    [InlineData("/oauth/token;x=1")]
    [InlineData("/OAuth/Token")]
    [InlineData("/oauth/./token")]
    [InlineData("/x/../oauth/token")]
    [InlineData("/oauth/x/../token")]
    [InlineData("/oauth/%2e%2e/oauth/token")]
    [InlineData("/./oauth/token")]
    public async Task Fault_H18_Refuses_other_spellings_of_the_path(string path)
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm(), "Connection: close\r\n", $"POST {path} HTTP/1.1");
        var answer = await HttpSocket.AskAsync(shop.Silo.PublicUrl, text);

        // Kestrel itself refuses a path with NUL.
        HttpSocket.AssertStatuses(answer, path.Contains("%00", StringComparison.Ordinal) ? 400 : 404);
        Assert.DoesNotContain("access_token", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault_H18_Serves_health_on_the_management_listener_only()
    {
        foreach (var path in new[] { "/health/live", "/health/ready", "/health/started", "/metrics" })
        {
            using var response = await shop.Client.Http.GetAsync(path, TestContext.Current.CancellationToken);

            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        }
    }

    /// <summary>A good request, with more text at the end of its body.</summary>
    private async Task<HttpRequestMessage> GoodRequestAsync(string more = "")
    {
        var request = shop.GoodForm().ToRequest();
        if (more.Length > 0)
        {
            var body = await request.Content!.ReadAsStringAsync(TestContext.Current.CancellationToken);
            request.Content = new StringContent(body + more, Encoding.ASCII, "application/x-www-form-urlencoded");
            request.Content.Headers.ContentType!.CharSet = null;
        }

        return request;
    }

    private async Task RefusesAsync(HttpRequestMessage request, HttpStatusCode status)
    {
        var answer = await shop.Client.SendAsync(request, []);

        Assert.True(status == answer.Status, $"Expected {status} but got {answer.Status}: {answer.Body}");
        Assert.Equal(ErrorCodes.InvalidRequest, answer.Error);
        await shop.IssueAsync();
    }
}
