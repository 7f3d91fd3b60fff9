namespace ExchangeCluster.Domain.Revocations;

/// <summary>A revocation of a token, a subject or a session, as one value of 64 bytes.</summary>
internal readonly struct RevocationEntry
{
    private readonly UInt128 handle;
    private readonly long epoch;
    private readonly long atTicks;
    private readonly long expiresAtTicks;
    private readonly RevocationOrigin origin;
    private readonly RevocationKind kind;

    public RevocationEntry(Revocation revocation, RevocationOrigin origin)
    {
        handle = revocation.Target.Handle;
        kind = revocation.Target.Kind;
        IsBlock = revocation.IsBlock;
        epoch = revocation.Epoch;
        atTicks = revocation.At.UtcTicks;
        expiresAtTicks = revocation.ExpiresAt?.UtcTicks ?? long.MaxValue;
        this.origin = origin;
    }

    public bool IsBlock { get; }

    public RevocationTarget Target => RevocationTarget.Restore(kind, handle, null, null);

    public long Epoch => epoch;

    public DateTimeOffset At => new(atTicks, TimeSpan.Zero);

    /// <summary><see cref="DateTimeOffset.MaxValue"/> for a block.</summary>
    public DateTimeOffset LapsesAt => new(Math.Min(expiresAtTicks, DateTimeOffset.MaxValue.UtcTicks), TimeSpan.Zero);

    /// <summary>The order of a table.</summary>
    public int CompareTo(RevocationTarget target, bool isBlock)
    {
        var order = handle.CompareTo(target.Handle);
        order = order != 0 ? order : kind.CompareTo(target.Kind);
        return order != 0 ? order : IsBlock.CompareTo(isBlock);
    }

    public Revocation ToRevocation() => new()
    {
        Id = RevocationTarget.IdOf(kind, IsBlock, handle),
        Target = Target,
        IsBlock = IsBlock,
        Epoch = epoch,
        At = At,
        ExpiresAt = IsBlock ? null : LapsesAt,
        By = origin.Client,
        BySubject = origin.Subject,
    };
}

/// <summary>Who asked: a few administrators and clients for very many revocations.</summary>
internal sealed record RevocationOrigin(string Client, string? Subject);
