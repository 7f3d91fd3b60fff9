using System.Collections.Immutable;
using ExchangeCluster.Domain.Decisions.Explaining;
using ExchangeCluster.Domain.Decisions.Questions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Administration;

/// <summary>What an administrator wants explained: a question, in which tokens may stand for claims, or a past decision.</summary>
public abstract record ExplainRequest
{
    private ExplainRequest()
    {
    }

    /// <summary>A constant: tokens and claims stay hidden.</summary>
    public sealed override string ToString() => nameof(ExplainRequest);

    /// <param name="Asked">What is asked.</param>
    /// <param name="SubjectToken">Null: the question describes it.</param>
    /// <param name="ActorToken">Null: the question describes it, or there is none.</param>
    public sealed record Exchange(Question Asked, PresentedToken? SubjectToken, PresentedToken? ActorToken) : ExplainRequest;

    /// <param name="Id">Of a request, or the handle of a token that was issued.</param>
    public sealed record Past(string Id) : ExplainRequest;
}

/// <param name="Text">As the client would present it.</param>
/// <param name="Type">One of <see cref="TokenTypeIdentifiers"/>.</param>
public sealed record PresentedToken(SensitiveText Text, string Type);

/// <summary>The explanation, or why there is none.</summary>
public sealed record ExplainedExchange
{
    /// <summary>Of the policy that was asked.</summary>
    public required long PolicyRevision { get; init; }

    /// <summary>Null when the exchange would not come as far as the rules.</summary>
    public Explanation? Explanation { get; init; }

    /// <summary>Why it would not; null with an explanation.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>
    /// What the subject's grain remembers of this client and these targets; null for described tokens, whose subject may be nobody.
    /// </summary>
    public ImmutableArray<RuleUse>? Remembered { get; init; }

    /// <summary>The past decision that was asked for.</summary>
    public PastDecision? Past { get; init; }
}
