using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Pipeline;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>
/// Revokes, and turns whatever stands in the way into an answer that promises nothing: the store is down, this silo is
/// fenced, the cluster did not follow in time.
/// </summary>
internal sealed partial class AcknowledgedRevocations(IRevocationPublisher publisher, ILogger<AcknowledgedRevocations> logger)
{
    public Task<Step<RevocationReceipt>> RevokeAsync(
        IReadOnlyList<RevocationTarget> targets, bool isBlock, Revoker by, CancellationToken cancellationToken) => GuardAsync(
            async () =>
            {
                var receipt = await publisher.RevokeAsync(targets, isBlock, by, cancellationToken);
                foreach (var target in targets)
                {
                    LogInformationRevoked(target.Kind, isBlock, by.Client, receipt.Epoch);
                }

                return receipt;
            },
            cancellationToken);

    /// <summary>Neither a receipt nor a refusal when there is no such revocation.</summary>
    public Task<Step<RevocationReceipt>> LiftAsync(string id, Revoker by, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var receipt = await publisher.LiftAsync(id, by, cancellationToken);
            if (receipt is not null)
            {
                LogInformationLifted(id, by.Client, receipt.Epoch);
            }

            return receipt;
        },
        cancellationToken);

    /// <summary>Neither a receipt nor a refusal when there is no such key.</summary>
    public Task<Step<RevocationReceipt>> WithdrawKeyAsync(string keyId, Revoker by, CancellationToken cancellationToken) => GuardAsync(
        async () =>
        {
            var receipt = await publisher.WithdrawKeyAsync(keyId, cancellationToken);
            if (receipt is not null)
            {
                LogWarningKeyWithdrawn(keyId, by.Client, receipt.Epoch);
            }

            return receipt;
        },
        cancellationToken);

    private async Task<Step<RevocationReceipt>> GuardAsync(Func<Task<RevocationReceipt?>> write, CancellationToken cancellationToken)
    {
        try
        {
            return new Step<RevocationReceipt>(
                await DependencyFailedException.GuardAsync("store", write, cancellationToken), null);
        }
        catch (DependencyFailedException exception)
        {
            logger.ErrorDependencyFailed(exception);
            return new Refusal(RefusalReason.Unavailable);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Revoked a {Kind} (block: {IsBlock}) for client {Client} at epoch {Epoch}.")]
    private partial void LogInformationRevoked(RevocationKind kind, bool isBlock, string client, long epoch);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Withdrew the signing key {KeyId} for client {Client} at epoch {Epoch}.")]
    private partial void LogWarningKeyWithdrawn(string keyId, string client, long epoch);

    [LoggerMessage(Level = LogLevel.Information, Message = "Lifted {Id} for client {Client} at epoch {Epoch}.")]
    private partial void LogInformationLifted(string id, string client, long epoch);
}
