using System.Buffers;
using System.Security.Cryptography;
using BitFaster.Caching.Lru;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// This silo's latest answers, so that the same request is answered without being read, and without a grain. An answer is given
/// again only under exactly the state that it was decided under, while the lease holds and everything that it rests on is
/// alive (<see cref="ExchangeOutcome.NearUntil"/>): any newer policy, revocation or key sends the request the whole way.
/// </summary>
public sealed class NearCache : IDisposable
{
    /// <summary>The most answers. The least recently used make room.</summary>
    public const int Capacity = 20_000;

    /// <summary>The longest token that is kept, in characters: most are a tenth of it, and this bounds the memory.</summary>
    public const int MaxTokenLength = 8 * 1024;

    private readonly IClusterState state;
    private readonly HandOvers handOvers;
    private readonly TimeProvider time;
    private readonly ExchangeMetrics metrics;
    private readonly DecisionJournal journal;
    private readonly ConcurrentLru<NearKey, Answer> answers = new(Capacity);

    private readonly AskedBefore asked = new();

    /// <summary>One a thread: OpenSSL takes as long to make one as to hash a kilobyte.</summary>
    private readonly ThreadLocal<IncrementalHash> hashes;

    public NearCache(IClusterState state, HandOvers handOvers, TimeProvider time, ExchangeMetrics metrics, DecisionJournal journal)
    {
        (this.state, this.handOvers, this.time, this.metrics, this.journal) = (state, handOvers, time, metrics, journal);
        var secret = RandomNumberGenerator.GetBytes(32);
        hashes = new(() => IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret), trackAllValues: true);
    }

    /// <summary>Answers held.</summary>
    public int Count => answers.Count;

    /// <param name="authorization">The header's value; null without.</param>
    /// <param name="body">The form as it came.</param>
    public NearKey KeyOf(string? authorization, in ReadOnlySequence<byte> body) => NearKey.Of(hashes.Value!, authorization, body);

    /// <param name="key">Of a request without DPoP proof and without client certificate.</param>
    /// <param name="given">To be disposed once it is handed over.</param>
    public bool TryAnswer(NearKey key, out NearAnswer given)
    {
        given = default;
        if (!answers.TryGet(key, out var answer))
        {
            return false;
        }

        var started = time.GetTimestamp();
        var now = time.GetUtcNow();
        var secondsLeft = (answer.ExpiresAt - now).Ticks / TimeSpan.TicksPerSecond;
        var handOver = handOvers.Begin();
        if (now >= answer.Until || secondsLeft <= 0 || !state.IsCurrent(answer.Versions))
        {
            handOver.Dispose();
            answers.TryRemove(key);
            return false;
        }

        given = new NearAnswer(answer.Body, secondsLeft, handOver);
        metrics.Issued(AnswerSource.NearCache, time.GetElapsedTime(started));
        journal.Record(new DecisionEntry(answer.Facts, RequestId.Next(), now, AnswerSource.NearCache));
        return true;
    }

    /// <summary>Keeps an answer that may be given again, and was asked for before, of this silo or of the subject's grain.</summary>
    /// <param name="key">Of its request.</param>
    /// <param name="outcome">The answer.</param>
    /// <param name="write">Its response as it goes over the wire.</param>
    /// <returns>What <paramref name="write"/> wrote; null when the answer is not kept.</returns>
    public NearBody? Keep(NearKey key, ExchangeOutcome outcome, Func<TokenExchangeResponse, NearBody> write)
    {
        if (outcome is { Response: { } response, Versions: { } versions, NearUntil: { } until, ExpiresAt: { } expiresAt, Facts: { } facts }
            && response.AccessToken.Length <= MaxTokenLength
            && (asked.Test(key) || outcome.Source == AnswerSource.SubjectMemory))
        {
            var body = write(response);
            answers.AddOrUpdate(key, new Answer(body, versions, until, expiresAt, facts));
            return body;
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var hash in hashes.Values)
        {
            hash.Dispose();
        }

        hashes.Dispose();
    }

    private sealed record Answer(NearBody Body, StateVersions Versions, DateTimeOffset Until, DateTimeOffset ExpiresAt, DecisionFacts Facts);
}
