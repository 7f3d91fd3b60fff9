using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>A command and the state that it was validated under; the grain decides under exactly the same.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.SubjectRequest")]
public sealed class SubjectRequest
{
    [Id(0)]
    public required ExchangeCommand Command { get; init; }

    [Id(1)]
    public required StateVersions Versions { get; init; }

    /// <summary>A constant: Orleans prints arguments when a call times out.</summary>
    public override string ToString() => nameof(SubjectRequest);
}

/// <summary>What became of a command: <see cref="Issued"/>, <see cref="Refused"/> or <see cref="Stale"/>.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.SubjectReply")]
public abstract class SubjectReply
{
    private SubjectReply()
    {
    }

    /// <summary>A constant: the token stays hidden.</summary>
    public sealed override string ToString() => GetType().Name;

    [GenerateSerializer, Immutable, Alias("ExchangeCluster.SubjectReply.Issued")]
    public sealed class Issued : SubjectReply
    {
        [Id(0)]
        public required IssuedToken Token { get; init; }

        /// <summary>Names of the rules that matched, one a target.</summary>
        [Id(1)]
        public required ImmutableArray<string> Rules { get; init; }

        [Id(2)]
        public required bool FromCache { get; init; }

        /// <summary>Until when the grain would give this token again; null: it is not kept.</summary>
        [Id(3)]
        public required DateTimeOffset? KeptUntil { get; init; }

        /// <summary>What the audit tells of the token.</summary>
        [Id(4)]
        public required Issuance Issuance { get; init; }
    }

    [GenerateSerializer, Immutable, Alias("ExchangeCluster.SubjectReply.Refused")]
    public sealed class Refused : SubjectReply
    {
        [Id(0)]
        public required Refusal Refusal { get; init; }
    }

    /// <summary>The silo of the grain stands at other versions than the request: nothing was decided.</summary>
    [GenerateSerializer, Immutable, Alias("ExchangeCluster.SubjectReply.Stale")]
    public sealed class Stale : SubjectReply
    {
        public static readonly Stale Instance = new();
    }
}

/// <summary>A token in memory, seen from the rules: who got it, for which targets, how often it was handed out.</summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.RuleUse")]
public sealed class RuleUse
{
    [Id(0)]
    public required ImmutableArray<string> Rules { get; init; }

    [Id(1)]
    public required string Client { get; init; }

    [Id(2)]
    public required ImmutableArray<string> Targets { get; init; }

    [Id(3)]
    public required DateTimeOffset IssuedAt { get; init; }

    [Id(4)]
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Answers given with it, the first included.</summary>
    [Id(5)]
    public required long Answers { get; init; }
}
