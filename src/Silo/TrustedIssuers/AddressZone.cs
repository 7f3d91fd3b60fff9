using System.Net;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>Where an IP address leads, from everybody's to nobody's business.</summary>
public enum AddressZone
{
    Public,

    /// <summary>RFC 1918, RFC 4193, RFC 6598 and the deprecated site-local addresses.</summary>
    Private,

    Loopback,

    /// <summary>Link-local, cloud metadata, multicast, and addresses that reach something else than they show.</summary>
    Forbidden,
}

/// <summary>Sorts addresses into zones. An address that embeds an IPv4 address counts as that one.</summary>
public static class AddressZones
{
    private static readonly IPNetwork[] Loopback = Parse("127.0.0.0/8", "::1/128");

    private static readonly IPNetwork[] Private =
        Parse("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10");

    private static readonly IPNetwork[] Forbidden = Parse(
        "0.0.0.0/8", "169.254.0.0/16", "192.0.0.0/24", "224.0.0.0/4", "240.0.0.0/4", // "this host", link-local, special, multicast, reserved
        "100.100.100.200/32", "168.63.129.16/32", "fd00:ec2::254/128", // metadata services outside of the link-local range
        "::/96", "2001::/32", "fe80::/10", "ff00::/8"); // unspecified and IPv4-compatible, Teredo, link-local, multicast

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");

    public static AddressZone Of(IPAddress address)
    {
        var plain = Unwrap(address);
        return Any(Loopback, plain) ? AddressZone.Loopback
            : Any(Forbidden, plain) ? AddressZone.Forbidden
            : Any(Private, plain) ? AddressZone.Private
            : AddressZone.Public;
    }

    private static IPAddress Unwrap(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4()
        : Nat64.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(12, 4))
        : SixToFour.Contains(address) ? new IPAddress(address.GetAddressBytes().AsSpan(2, 4))
        : address;

    private static bool Any(IPNetwork[] networks, IPAddress address) => Array.Exists(networks, network => network.Contains(address));

    private static IPNetwork[] Parse(params string[] networks) => [.. networks.Select(network => IPNetwork.Parse(network))];
}
