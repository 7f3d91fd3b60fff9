using System.Net;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>
/// Decides which addresses the connections of one fetch may lead to. The first host is the operator's choice; what its
/// document names may lead no further in than that host did.
/// </summary>
public sealed class AddressGuard
{
    private AddressZone limit = AddressZone.Loopback;

    /// <summary>Those of a host's addresses that may be connected to.</summary>
    /// <param name="addresses">What the host's name resolved to.</param>
    /// <param name="plain">Plain HTTP: loopback only.</param>
    /// <exception cref="KeySetFetchException">None of them.</exception>
    public IPAddress[] Admit(IPAddress[] addresses, bool plain)
    {
        var admitted = Array.FindAll(addresses, address => AddressZones.Of(address) is var zone
            && zone <= limit && (!plain || zone == AddressZone.Loopback));
        if (admitted.Length == 0)
        {
            throw new KeySetFetchException("The host has no address that this source may reach.");
        }

        limit = admitted.Max(AddressZones.Of);
        return admitted;
    }
}
