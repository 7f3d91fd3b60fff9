using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>What an administrator wants revoked: one kind of thing, as the caller names it.</summary>
public abstract record RevocationRequest
{
    private RevocationRequest()
    {
    }

    /// <summary>Also refuse what comes, until it is lifted.</summary>
    public required bool IsBlock { get; init; }

    /// <summary>A constant: tokens and subjects stay hidden.</summary>
    public sealed override string ToString() => nameof(RevocationRequest);

    /// <summary>One token of ours or of a trusted issuer.</summary>
    public sealed record Token(SensitiveText Value) : RevocationRequest;

    /// <summary>One person, under each of the names that issuers give it.</summary>
    public sealed record Subjects(IReadOnlyList<IssuerSubject> Pairs) : RevocationRequest;

    public sealed record Session(string Issuer, string Id) : RevocationRequest;

    public sealed record Client(string Name) : RevocationRequest;

    public sealed record FromIssuer(string Issuer) : RevocationRequest;

    public sealed record Edge(string From, string To) : RevocationRequest;

    public sealed record Everything : RevocationRequest;
}

/// <summary>A subject as one issuer names it.</summary>
public sealed record IssuerSubject(string Issuer, string Subject)
{
    /// <summary>Hides the subject.</summary>
    public override string ToString() => nameof(IssuerSubject);
}
