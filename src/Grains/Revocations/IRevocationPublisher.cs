using ExchangeCluster.Domain.Revocations;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>Writes revocations, and returns once they hold in the whole cluster.</summary>
/// <remarks>
/// Whatever it throws means that nothing may be assumed: the revocation may hold or not. Asking again is harmless.
/// </remarks>
public interface IRevocationPublisher
{
    /// <param name="targets">At least one; all of them or none.</param>
    /// <param name="isBlock">False: a cut-off.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="cancellationToken">Ends the wait, not what has begun.</param>
    Task<RevocationReceipt> RevokeAsync(
        IReadOnlyList<RevocationTarget> targets, bool isBlock, Revoker by, CancellationToken cancellationToken);

    /// <summary>
    /// Takes a revocation back. A lifted block leaves a cut-off behind: what was issued before the lift stays dead. A lifted
    /// cut-off is as if it had never been.
    /// </summary>
    /// <param name="id">Of a revocation in force.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="cancellationToken">Ends the wait, not what has begun.</param>
    /// <returns>Null when there is no such revocation.</returns>
    Task<RevocationReceipt?> LiftAsync(string id, Revoker by, CancellationToken cancellationToken);

    /// <summary>
    /// Withdraws one of our own signing keys in an emergency: no silo publishes it, signs with it, or accepts what it signed.
    /// It can't be taken back. The receipt's epoch is that of the key log.
    /// </summary>
    /// <param name="keyId">The <c>kid</c>.</param>
    /// <param name="cancellationToken">Ends the wait, not what has begun.</param>
    /// <returns>Null when there is no such key.</returns>
    Task<RevocationReceipt?> WithdrawKeyAsync(string keyId, CancellationToken cancellationToken);
}

/// <summary>Who asked for a revocation.</summary>
/// <param name="Client">An authenticated client.</param>
/// <param name="Subject">A keyed hash of the person in whose name it asked; null where there was none.</param>
public sealed record Revoker(string Client, string? Subject);

/// <summary>Why a revocation may be relied on.</summary>
/// <param name="Epoch">Of the log that it was written to.</param>
/// <param name="SilosConfirmed">Silos that have applied it, and have handed over every answer checked before.</param>
/// <param name="SilosFenced">Silos that did not say so, but whose lease has run out since.</param>
/// <param name="Elapsed">From the request to now.</param>
public sealed record RevocationReceipt(long Epoch, int SilosConfirmed, int SilosFenced, TimeSpan Elapsed);
