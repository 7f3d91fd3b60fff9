namespace ExchangeCluster.Silo.Tests;

/// <summary>A policy that trusts nobody, for tests that exchange nothing.</summary>
internal static class SmallPolicy
{
    public static string Text(string issuer) => $"revision: 1\nissuer: {issuer}\n";
}
