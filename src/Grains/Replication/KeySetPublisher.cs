using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Grains.Replication;

internal sealed class KeySetPublisher(LogWriter writer) : IKeySetPublisher
{
    /// <exception cref="FormatException">It is not a JWK Set: nothing is published.</exception>
    public Task PublishAsync(
        string log, string owner, string jwks, DateTimeOffset fetchedAt, TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (log is not (LogNames.IssuerKeys or LogNames.ClientKeys))
        {
            throw new ArgumentException("Not a log of key sets.", nameof(log));
        }

        _ = KeySetReader.Read(jwks, fetchedAt, maxAge);
        return writer.AppendAsync(log, _ => [new PlainRecord(owner, KeySetLog.Encode(jwks, fetchedAt, maxAge))], cancellationToken);
    }
}
