using System.Net;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Group H: clients that take too much, take too long, or go away.</summary>
[Collection<ShopCollection>]
public sealed class HttpLimitTests(Shop shop)
{
    [Fact]
    public void Fault_H5_Bounds_the_time_of_headers_bodies_answers_and_idle_connections()
    {
        var limits = shop.Silo.Services.GetRequiredService<IOptions<KestrelServerOptions>>().Value.Limits;

        Assert.InRange(limits.RequestHeadersTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(30));
        Assert.InRange(limits.KeepAliveTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(5));
        foreach (var rate in new[] { limits.MinRequestBodyDataRate, limits.MinResponseDataRate })
        {
            Assert.NotNull(rate);
            Assert.InRange(rate.BytesPerSecond, 100, 10_000);
            Assert.InRange(rate.GracePeriod, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(10));
        }
    }

    [Fact]
    public async Task Fault_H5_Serves_others_while_many_are_slow()
    {
        var slow = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => HttpSocket.ConnectAsync(shop.Silo.PublicUrl)));
        try
        {
            await Task.WhenAll(slow.Select((socket, i) => socket.SendAsync(
                i % 2 == 0 ? "POST /oauth/token HTTP/1.1\r\nHost: x\r\nX-" : $"{HttpSocket.Head(shop.GoodForm())}Content-Length: 100\r\n\r\ng")));

            await shop.IssueAsync();
        }
        finally
        {
            Array.ForEach(slow, socket => socket.Dispose());
        }
    }

    [Fact]
    public async Task Fault_H8_Refuses_too_many_headers()
    {
        var headers = string.Concat(Enumerable.Range(0, 1000).Select(i => $"X-{i}: y\r\n"));

        HttpSocket.AssertStatuses(await HttpSocket.AskAsync(
            shop.Silo.PublicUrl, await HttpSocket.TextAsync(shop.GoodForm(), headers)), 431);
    }

    [Theory]
    [InlineData(20_000)]
    [InlineData(1024 * 1024)]
    public async Task Fault_H8_Refuses_a_large_header(int length)
    {
        using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
        var answer = socket.ReadToEndAsync();

        // The silo need not wait for the end of it.
        await socket.TrySendAsync(await HttpSocket.TextAsync(shop.GoodForm(), $"X-Large: {new string('x', length)}\r\n"));

        HttpSocket.AssertStatuses(await answer, 431);
        await shop.IssueAsync();
    }

    [Theory]
    [InlineData(9_000)]
    [InlineData(64 * 1024)]
    public async Task Fault_H8_Refuses_a_long_uri(int length)
    {
        using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
        var answer = socket.ReadToEndAsync();
        await socket.TrySendAsync(await HttpSocket.TextAsync(shop.GoodForm(), line: $"POST /{new string('x', length)} HTTP/1.1"));

        HttpSocket.AssertStatuses(await answer, 414);
        await shop.IssueAsync();
    }

    [Fact]
    public async Task Fault_H16_Survives_clients_that_go_away_in_the_middle()
    {
        var text = await HttpSocket.TextAsync(shop.GoodForm());
        int[] lengths = [1, 20, text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4, text.Length - 1, text.Length];
        foreach (var length in Enumerable.Repeat(lengths, 10).SelectMany(each => each))
        {
            using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
            await socket.SendAsync(text[..length]);
            socket.Reset();
        }

        Assert.Equal(HttpStatusCode.OK, (await shop.ExchangeAsync()).Status);
        Assert.DoesNotContain(shop.Silo.Log.Lines, line => line.Contains("A request failed unexpectedly", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Fault_H16_Answers_a_client_that_only_stops_sending()
    {
        using var socket = await HttpSocket.ConnectAsync(shop.Silo.PublicUrl);
        await socket.SendAsync(await HttpSocket.TextAsync(shop.GoodForm()));
        socket.StopSending();

        // A half-closed connection is a closed one to some servers; half an answer would be wrong to everyone.
        var heard = await socket.ReadToEndAsync();
        Assert.True(heard.Length == 0 || (HttpSocket.Statuses(heard) is [200] && heard.EndsWith('}')), heard);
    }
}
