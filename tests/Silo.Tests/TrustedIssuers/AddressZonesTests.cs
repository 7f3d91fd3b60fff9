using System.Net;
using ExchangeCluster.Silo.TrustedIssuers;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

public sealed class AddressZonesTests
{
    [Theory]
    [InlineData("93.184.216.34", AddressZone.Public)]
    [InlineData("2606:2800:220:1::1", AddressZone.Public)]
    [InlineData("172.15.255.255", AddressZone.Public)]
    [InlineData("172.16.0.0", AddressZone.Private)]
    [InlineData("172.31.255.255", AddressZone.Private)]
    [InlineData("172.32.0.0", AddressZone.Public)]
    [InlineData("10.1.2.3", AddressZone.Private)]
    [InlineData("192.168.1.1", AddressZone.Private)]
    [InlineData("100.64.0.1", AddressZone.Private)]
    [InlineData("fd12::1", AddressZone.Private)]
    [InlineData("::ffff:10.1.2.3", AddressZone.Private)]
    [InlineData("64:ff9b::a01:203", AddressZone.Private)]
    [InlineData("2002:a01:203::1", AddressZone.Private)]
    [InlineData("127.0.0.1", AddressZone.Loopback)]
    [InlineData("127.255.255.255", AddressZone.Loopback)]
    [InlineData("::1", AddressZone.Loopback)]
    [InlineData("::ffff:127.0.0.1", AddressZone.Loopback)]
    [InlineData("169.254.169.254", AddressZone.Forbidden)]
    [InlineData("::ffff:169.254.169.254", AddressZone.Forbidden)]
    [InlineData("64:ff9b::a9fe:a9fe", AddressZone.Forbidden)]
    [InlineData("2002:a9fe:a9fe::1", AddressZone.Forbidden)]
    [InlineData("fe80::1", AddressZone.Forbidden)]
    [InlineData("fd00:ec2::254", AddressZone.Forbidden)]
    [InlineData("100.100.100.200", AddressZone.Forbidden)]
    [InlineData("168.63.129.16", AddressZone.Forbidden)]
    [InlineData("0.0.0.0", AddressZone.Forbidden)]
    [InlineData("::", AddressZone.Forbidden)]
    [InlineData("224.0.0.1", AddressZone.Forbidden)]
    [InlineData("255.255.255.255", AddressZone.Forbidden)]
    [InlineData("ff02::1", AddressZone.Forbidden)]
    [InlineData("::7f00:1", AddressZone.Forbidden)]
    public void Fault_X9_Sorts_addresses_into_zones(string address, AddressZone zone) =>
        Assert.Equal(zone, AddressZones.Of(IPAddress.Parse(address)));
}
