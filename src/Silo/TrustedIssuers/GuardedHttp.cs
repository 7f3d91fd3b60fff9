using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>The addresses of a host name.</summary>
public delegate Task<IPAddress[]> HostResolver(string host, CancellationToken cancellationToken);

/// <summary>
/// Reads JSON documents for one fetch: GET only, no redirects, no decompression, no proxy, cookies or credentials, a
/// bounded body, and only addresses that <see cref="AddressGuard"/> admits. Not for concurrent use. Made anew for each fetch: a pooled connection that one
/// source was allowed to open must not serve another.
/// </summary>
public sealed class GuardedHttp : IDisposable
{
    private const int MaxHeadersKilobytes = 16;

    private readonly HostResolver resolve;
    private readonly int maxBytes;
    private readonly HttpMessageInvoker http;
    private readonly AddressGuard guard = new();

    public GuardedHttp(HostResolver resolve, int maxBytes)
    {
        this.resolve = resolve;
        this.maxBytes = maxBytes;
        http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = ConnectAsync,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseProxy = false, // behind a proxy the address check below would look at the proxy
            UseCookies = false,
            MaxResponseHeadersLength = MaxHeadersKilobytes,
            MaxResponseDrainSize = 0,
            ActivityHeadersPropagator = DistributedContextPropagator.CreateNoOutputPropagator(),
        });
    }

    /// <exception cref="KeySetFetchException">The address isn't allowed, or the answer is not a JSON document within bounds.</exception>
    /// <exception cref="HttpRequestException">No answer; a <see cref="KeySetFetchException"/> inside says why it was prevented.</exception>
    public async Task<byte[]> GetJsonAsync(Uri address, CancellationToken cancellationToken)
    {
        try
        {
            return await FetchAsync(address, cancellationToken);
        }
        finally
        {
            // Off the thread that waits for all sockets: what is done with the document may take its time.
            await Task.Yield();
        }
    }

    public void Dispose() => http.Dispose();

    private async Task<byte[]> FetchAsync(Uri address, CancellationToken cancellationToken)
    {
        RequireSafe(address);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(request, cancellationToken);
        RequireJson(response);
        return await ReadAsync(response.Content, cancellationToken);
    }

    private static void RequireSafe(Uri address)
    {
        var transport = address.Scheme == Uri.UriSchemeHttps || (address.Scheme == Uri.UriSchemeHttp && address.IsLoopback);
        if (!transport || address.UserInfo.Length > 0 || address.Fragment.Length > 0)
        {
            throw new KeySetFetchException("The address must be https (http on loopback only), without user or fragment.");
        }
    }

    private static void RequireJson(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw new KeySetFetchException($"The answer has status {(int)response.StatusCode}, expected 200. Redirects are not followed.");
        }

        // A small compressed body can expand to gigabytes, and none was asked for.
        if (response.Content.Headers.ContentEncoding.Count > 0)
        {
            throw new KeySetFetchException("The answer is compressed.");
        }

        var mediaType = response.Content.Headers.ContentType?.MediaType ?? "";
        if (!mediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase)
            && !(mediaType.StartsWith("application/", StringComparison.OrdinalIgnoreCase)
                && mediaType.EndsWith("+json", StringComparison.OrdinalIgnoreCase)))
        {
            throw new KeySetFetchException("The answer is not JSON by its content type.");
        }
    }

    private async Task<byte[]> ReadAsync(HttpContent content, CancellationToken cancellationToken)
    {
        if (content.Headers.ContentLength > maxBytes)
        {
            throw TooLarge();
        }

        await using var body = await content.ReadAsStreamAsync(cancellationToken);
        return await BoundedStream.ReadAsync(body, maxBytes, cancellationToken) ?? throw TooLarge();
    }

    private KeySetFetchException TooLarge() => new($"The answer is longer than {maxBytes} bytes.");

    /// <summary>
    /// The check sits here, on the very addresses that are connected to: a check of the name beforehand could be answered
    /// differently than the connection's own look-up (DNS rebinding).
    /// </summary>
    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var host = context.DnsEndPoint.Host;
        var plain = context.InitialRequestMessage.RequestUri!.Scheme == Uri.UriSchemeHttp;
        var addresses = IPAddress.TryParse(host, out var literal) ? [literal] : await resolve(host, cancellationToken);
        var admitted = guard.Admit(addresses, plain);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(admitted, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
