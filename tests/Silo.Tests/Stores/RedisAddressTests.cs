using ExchangeCluster.Silo.Stores;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Stores;

public sealed class RedisAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:6379", "127.0.0.1:6379")]
    [InlineData("redis.example", "redis.example:6379")]
    [InlineData("redis.example:6380,user=exchange,password=swordfish,ssl=true", "redis.example:6380")]
    public void Prints_as_its_end_point_alone(string text, string printed) => Assert.Equal(printed, RedisAddress.Parse(text).ToString());

    [Theory]
    [InlineData("one.example,two.example")]
    [InlineData("one.example,serviceName=primary")]
    public void Refuses_what_would_fail_over(string text) =>
        Assert.Contains("one primary", Assert.Throws<FormatException>(() => RedisAddress.Parse(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("redis.example,pasword=swordfish")]
    [InlineData("redis.example,connectTimeout=swordfish")]
    [InlineData("password=swordfish")]
    public void Refuses_what_is_no_connection_string_without_quoting_it(string text) =>
        Assert.DoesNotContain("swordfish", Assert.Throws<FormatException>(() => RedisAddress.Parse(text)).ToString(), StringComparison.Ordinal);
}
