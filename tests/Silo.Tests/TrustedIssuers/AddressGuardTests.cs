using System.Net;
using ExchangeCluster.Silo.TrustedIssuers;
using Xunit;

namespace ExchangeCluster.Silo.Tests.TrustedIssuers;

public sealed class AddressGuardTests
{
    private readonly AddressGuard guard = new();

    [Theory]
    [InlineData("93.184.216.34", false)]
    [InlineData("10.0.0.1", false)]
    [InlineData("127.0.0.1", false)]
    [InlineData("127.0.0.1", true)]
    public void Accepts_a_first_host_wherever_the_operator_put_it(string address, bool plain) =>
        Assert.Equal([IPAddress.Parse(address)], guard.Admit([IPAddress.Parse(address)], plain));

    [Theory]
    [InlineData("169.254.169.254", false)]
    [InlineData("fe80::1", false)]
    [InlineData("10.0.0.1", true)]
    [InlineData("93.184.216.34", true)]
    public void Fault_X9_Refuses_an_address_that_no_source_may_have(string address, bool plain) =>
        Assert.Throws<KeySetFetchException>(() => guard.Admit([IPAddress.Parse(address)], plain));

    [Theory]
    [InlineData("93.184.216.34", "10.0.0.1")]
    [InlineData("93.184.216.34", "127.0.0.1")]
    [InlineData("10.0.0.1", "127.0.0.1")]
    public void Fault_X9_Refuses_a_second_host_further_in_than_the_first(string first, string second)
    {
        guard.Admit([IPAddress.Parse(first)], plain: false);
        Assert.Throws<KeySetFetchException>(() => guard.Admit([IPAddress.Parse(second)], plain: false));
        guard.Admit([IPAddress.Parse(first)], plain: false);
    }

    [Fact]
    public void Fault_X9_Passes_over_the_forbidden_addresses_of_a_name() =>
        Assert.Equal([IPAddress.Loopback], guard.Admit([IPAddress.Parse("169.254.169.254"), IPAddress.Loopback], plain: false));
}
