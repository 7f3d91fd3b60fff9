namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Reads a JWK Set (RFC 7517) into the keys that may verify signatures.</summary>
public static class KeySetReader
{
    /// <exception cref="FormatException">It is not a JWK Set, or has more than <see cref="KeySet.MaxKeys"/> keys.</exception>
    public static KeySet Read(string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge) => throw new NotImplementedException();
}
