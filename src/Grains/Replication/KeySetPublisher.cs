using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Replication;

internal sealed class KeySetPublisher(LogWriter writer) : IKeySetPublisher
{
    /// <summary>Whoever fetched last wins, not whoever wrote last: a slow silo must not bring back a withdrawn key.</summary>
    /// <exception cref="FormatException">It is not a JWK Set: nothing is published.</exception>
    public Task PublishAsync(
        string log, string owner, string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (log is not (LogNames.IssuerKeys or LogNames.ClientKeys))
        {
            throw new ArgumentException("Not a log of key sets.", nameof(log));
        }

        _ = KeySetReader.Read(jwks, fetchedAt, maxAge);
        return writer.AppendAsync(
            log,
            logs => logs.KeySets(log).IsFetchedAfter(owner, fetchedAt)
                ? []
                : [new PlainRecord(owner, KeySetLog.Encode(jwks, fetchedAt, maxAge))],
            cancellationToken);
    }
}
