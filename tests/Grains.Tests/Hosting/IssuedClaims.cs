using System.Text.Json;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Grains.Tests.Hosting;

/// <summary>Reads what was issued as its target would.</summary>
internal static class IssuedClaims
{
    public static string Token(this ExchangeOutcome outcome)
    {
        Assert.Null(outcome.Refusal);
        return outcome.Response!.AccessToken.Reveal();
    }

    public static JsonElement Claims(this ExchangeOutcome outcome) =>
        JsonElement.Parse(TestJws.Part(outcome.Token(), 1));
}
