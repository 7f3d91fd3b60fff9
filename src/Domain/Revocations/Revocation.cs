namespace ExchangeCluster.Domain.Revocations;

/// <summary>
/// One entry of the revocation log: a cut-off, which ends what was issued before it and lapses once all of that has
/// expired, or a block, which ends that and everything to come until it is lifted.
/// </summary>
public sealed record Revocation
{
    /// <summary><see cref="RevocationTarget.Id"/>.</summary>
    public required string Id { get; init; }

    public required RevocationTarget Target { get; init; }

    public required bool IsBlock { get; init; }

    /// <summary>Its place in the log: our own tokens that were minted under an earlier epoch are covered.</summary>
    public required long Epoch { get; init; }

    /// <summary>When it was written, by the writer's clock: other issuers' tokens are compared with it.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When nothing that it covers can be alive any more; null for a block.</summary>
    public required DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The client that asked for it.</summary>
    public required string By { get; init; }

    /// <summary>A keyed hash of the person in whose name the client asked; null where there was none.</summary>
    public required string? BySubject { get; init; }
}
