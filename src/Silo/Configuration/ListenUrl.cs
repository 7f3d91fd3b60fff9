using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ExchangeCluster.Silo.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace ExchangeCluster.Silo.Configuration;

/// <summary>
/// An address to listen on: <c>http</c> or <c>https</c>, an IP address, <c>localhost</c> or <c>*</c>, and a port. Other
/// host names are refused, because Kestrel takes them for every address of the machine.
/// </summary>
internal sealed record ListenUrl
{
    private const string Localhost = "localhost";

    private ListenUrl(bool isHttps, string host, int port)
    {
        IsHttps = isHttps;
        Host = host;
        Port = port;
    }

    public bool IsHttps { get; }

    /// <summary><c>localhost</c>, <c>*</c>, or an IP address as it stands in a URL.</summary>
    public string Host { get; }

    public int Port { get; }

    public bool IsLoopback => Host == Localhost || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <exception cref="FormatException">It isn't such a URL.</exception>
    public static ListenUrl Parse(string text) =>
        TryParse(text, out var url) ? url : throw new FormatException("Not a URL to listen on.");

    /// <summary>Port 0 becomes a port that is free now.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ListenUrl? url)
    {
        url = null;
        BindingAddress binding;
        try
        {
            binding = BindingAddress.Parse(text.Trim());
        }
        catch (FormatException)
        {
            return false;
        }

        var host = binding.Host is "+" ? "*" : binding.Host.ToLowerInvariant();
        if (binding.IsUnixPipe || binding.IsNamedPipe || binding.PathBase.Length > 0
            || binding.Scheme.ToLowerInvariant() is not ("http" or "https")
            || binding.Port is < 0 or > ushort.MaxValue
            || (host is not (Localhost or "*") && !IPAddress.TryParse(host, out _)))
        {
            return false;
        }

        var isHttps = binding.Scheme.Equals("https", StringComparison.OrdinalIgnoreCase);
        url = new ListenUrl(isHttps, host, binding.Port == 0 ? FreePort.Find() : binding.Port);
        return true;
    }

    /// <param name="kestrel">What listens.</param>
    /// <param name="configure">What becomes of its connections.</param>
    /// <param name="requestClientCertificate">
    /// Whether callers are asked for a certificate in the handshake. None need have one, and any is let through: the handshake
    /// proves possession of its key, and whom it stands for depends on the policy.
    /// </param>
    public void Listen(KestrelServerOptions kestrel, Action<ListenOptions> configure, bool requestClientCertificate = false)
    {
        void Configure(ListenOptions options)
        {
            configure(options);
            if (IsHttps)
            {
                UseCertificate(options, requestClientCertificate);
            }
        }

        switch (Host)
        {
            case Localhost:
                kestrel.ListenLocalhost(Port, Configure);
                break;
            case "*":
                kestrel.ListenAnyIP(Port, Configure);
                break;
            default:
                kestrel.Listen(IPAddress.Parse(Host), Port, Configure);
                break;
        }
    }

    private void UseCertificate(ListenOptions options, bool requestClientCertificate)
    {
        try
        {
            options.UseHttps(https =>
            {
                if (requestClientCertificate)
                {
                    https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
                    https.AllowAnyClientCertificate();
                }
            });
        }
        catch (Exception exception) when (exception is InvalidOperationException or IOException or CryptographicException)
        {
            throw new StartupRefusedException(
                ExitCodes.WrongSettings, $"Kestrel:Certificates:Default: no certificate for {this}: {exception.Message.Split('\n')[0].Trim()}");
        }
    }

    /// <summary>The base URL under which a caller on this machine reaches it, without a trailing slash.</summary>
    public override string ToString()
    {
        var host = Host == "*" || (IPAddress.TryParse(Host, out var address) && address.Equals(IPAddress.Any)) ? "127.0.0.1" : Host;
        return string.Create(CultureInfo.InvariantCulture, $"{(IsHttps ? "https" : "http")}://{host}:{Port}");
    }
}

/// <summary>Finds ports for "any free one", which must be known before anything listens: URLs are made of them.</summary>
internal static class FreePort
{
    /// <summary>The system may name a port again that nobody listens on yet: two settings would then share it.</summary>
    private static readonly ConcurrentDictionary<int, byte> Found = new();

    public static int Find()
    {
        while (true)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            var port = ((IPEndPoint)socket.LocalEndPoint!).Port;
            if (Found.TryAdd(port, 0))
            {
                return port;
            }
        }
    }

    public static bool IsFree(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Bind(new IPEndPoint(IPAddress.Loopback, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
