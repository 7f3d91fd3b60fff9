using System.Collections.Immutable;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// The authoritative cache of one subject's exchanged tokens. Not reentrant: its turn is the single flight. A second
/// activation may exist for a moment; it costs a mint and breaks no promise, because every answer is bound to the
/// versions of the replicated state and compared with them again before it is handed over. Everything is in memory:
/// losing it costs a mint. It holds nothing but that, not even what a base class would: there may be millions.
/// </summary>
internal sealed class SubjectGrain(SubjectTurn turn) : ISubjectGrain
{
    private readonly TokenCache cache = new();

    public Task<SubjectReply> ExchangeAsync(SubjectRequest request) => turn.AnswerAsync(request, cache);

    public Task<ImmutableArray<RuleUse>> GetRuleStateAsync() =>
        Task.FromResult(cache.Tokens.Select(token => token.ToRuleUse()).ToImmutableArray());
}
