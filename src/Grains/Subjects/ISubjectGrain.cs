using System.Collections.Immutable;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>
/// The tokens exchanged for one subject, wherever in the cluster it lives; its key is
/// <see cref="Domain.Exchange.SubjectKey.OfGrain"/>. For silos only: it believes that a command was authenticated and validated.
/// </summary>
[Alias("ExchangeCluster.ISubjectGrain")]
public interface ISubjectGrain : IGrainWithStringKey
{
    /// <summary>
    /// Answers a command from memory, or decides it and mints. Identical commands that arrive together are one mint,
    /// because turns don't interleave. No answer within two seconds is none: the silo that asks decides by itself.
    /// </summary>
    [Alias("Exchange"), ResponseTimeout("00:00:02")]
    Task<SubjectReply> ExchangeAsync(SubjectRequest request);

    /// <summary>What this activation remembers of the rules that matched: a view for operators, not a record.</summary>
    [Alias("GetRuleState")]
    Task<ImmutableArray<RuleUse>> GetRuleStateAsync();
}
