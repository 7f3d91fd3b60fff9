using System.Collections.Immutable;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions.Questions;

/// <summary>How one policy's decision differs from another's.</summary>
public enum DecisionDifference
{
    /// <summary>The same token, or both refuse.</summary>
    None,

    /// <summary>Refused before, granted by the candidate.</summary>
    Granted,

    /// <summary>Granted before, refused by the candidate.</summary>
    Refused,

    /// <summary>Granted by both, with another scope, audience, end, claim or binding.</summary>
    Changed,
}

/// <summary>The decisions of two policies on one question.</summary>
/// <param name="Difference">In one word.</param>
/// <param name="Live">The one's.</param>
/// <param name="Candidate">The other's.</param>
public sealed record Comparison(DecisionDifference Difference, Decision Live, Decision Candidate)
{
    /// <summary>Both policies decide at the time of the question, or now.</summary>
    public static Comparison Of(PolicySnapshot live, PolicySnapshot candidate, Question question, DateTimeOffset now)
    {
        var at = question.At ?? now;
        return Of(Decide(live, question, at), Decide(candidate, question, at));
    }

    private static Decision Decide(PolicySnapshot policy, Question question, DateTimeOffset at)
    {
        var (command, refusal) = QuestionResolver.Resolve(policy, question, at);
        return command is null ? new Decision(refusal!) : Decider.Decide(policy, command, at);
    }

    private static Comparison Of(Decision live, Decision candidate) => new(
        (live.IsGranted, candidate.IsGranted) switch
        {
            (true, true) => IsSame(live.Token, candidate.Token) ? DecisionDifference.None : DecisionDifference.Changed,
            (false, true) => DecisionDifference.Granted,
            (true, false) => DecisionDifference.Refused,
            _ => DecisionDifference.None,
        },
        live,
        candidate);

    /// <summary>What the token's readers would see; not by which rule.</summary>
    private static bool IsSame(Decision.Granted one, Decision.Granted other) =>
        one.Format == other.Format
        && one.SigningAlgorithm == other.SigningAlgorithm
        && one.Scope.Equals(other.Scope)
        && one.AuthorizationDetails.Equals(other.AuthorizationDetails)
        && one.ExpiresAt == other.ExpiresAt
        && one.RefreshUntil == other.RefreshUntil
        && one.Subject is null == other.Subject is null
        && one.Binding == other.Binding
        && one.Audiences.SequenceEqual(other.Audiences, StringComparer.Ordinal)
        && AudiencesOf(one.Reuses).SequenceEqual(AudiencesOf(other.Reuses), StringComparer.Ordinal)
        && one.Elevations.ToHashSet().SetEquals(other.Elevations)
        && one.Claims.Select(claim => (claim.Key, claim.Value.GetRawText()))
            .SequenceEqual(other.Claims.Select(claim => (claim.Key, claim.Value.GetRawText())));

    private static IEnumerable<string> AudiencesOf(ImmutableArray<Policies.Sharing.ReuseEdge> reuses) => reuses.Select(edge => edge.Audience);
}
