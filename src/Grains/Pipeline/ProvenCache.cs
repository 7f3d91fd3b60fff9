using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using BitFaster.Caching.Lru;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Auditing;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// This silo's latest answers to callers who prove anew with each request who they are: by an assertion, a DPoP proof, a certificate. It is asked only
/// once that has been checked, and spent: the proof is never part of what is remembered, what was proved always is. A hit saves the checks of the
/// subject token and the grain. As with <see cref="NearCache"/>, an answer is given again only under exactly the state that it was decided
/// under, and while everything that it rests on is alive (<see cref="ExchangeOutcome.ProvenUntil"/>).
/// </summary>
internal sealed class ProvenCache(TimeProvider time)
{
    /// <summary>The most answers. The least recently used make room. Half of the near cache's: text takes twice its bytes.</summary>
    public const int Capacity = NearCache.Capacity / 2;

    private readonly ConcurrentLru<NearKey, ExchangeOutcome> answers = new(Capacity);
    private readonly AskedBefore asked = new();
    private readonly HmacKey secret = new(RandomNumberGenerator.GetBytes(HmacKey.HashSize));

    /// <summary>Null for a caller that need not prove anything anew, whom the near cache serves, and for what is good for one answer.</summary>
    /// <param name="run">A request whose caller and key are proved.</param>
    /// <param name="client">The caller.</param>
    public NearKey? KeyOf(ExchangeRun run, Service client) =>
        run is { ProvesAnew: true, Request: TokenRequest.Exchange } ? NearKey.OfProved(secret, client.Name, run) : null;

    /// <param name="key">Of a request whose caller is proved.</param>
    /// <param name="versions">The state to answer under.</param>
    /// <param name="answer">With the life that is left. Whether the state is still current when it is handed over remains to be asked.</param>
    public bool TryAnswer(NearKey key, StateVersions versions, [NotNullWhen(true)] out ExchangeOutcome? answer)
    {
        answer = null;
        if (!answers.TryGet(key, out var kept))
        {
            return false;
        }

        var now = time.GetUtcNow();
        var secondsLeft = (kept.ExpiresAt!.Value - now).Ticks / TimeSpan.TicksPerSecond;
        if (now >= kept.ProvenUntil || secondsLeft <= 0 || kept.Versions != versions)
        {
            answers.TryRemove(key);
            return false;
        }

        answer = kept with { Response = kept.Response! with { ExpiresInSeconds = secondsLeft }, Source = AnswerSource.NearCache };
        return true;
    }

    /// <summary>Keeps an answer that may be given again, and was asked for before, of this silo or of the subject's grain.</summary>
    public void Keep(NearKey key, ExchangeOutcome outcome)
    {
        if (outcome is { Response: { } response, ProvenUntil: not null, ExpiresAt: not null, Versions: not null }
            && response.AccessToken.Length <= NearCache.MaxTokenLength
            && (asked.Test(key) || outcome.Source == AnswerSource.SubjectMemory))
        {
            answers.AddOrUpdate(key, outcome);
        }
    }
}
