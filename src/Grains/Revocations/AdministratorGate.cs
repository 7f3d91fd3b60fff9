using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Revocations;

/// <summary>
/// Lets administrators through: whoever holds an access token of ours that is meant for ourselves and grants the scope. Who
/// gets one is for the policy to say, as for any other service.
/// </summary>
internal sealed class AdministratorGate(OwnTokenResolver tokens)
{
    public const string Scope = "exchange.admin";

    /// <param name="token">The bearer token; null when none was presented.</param>
    /// <param name="snapshot">The state to judge by.</param>
    public async ValueTask<Step<Revoker>> AdmitAsync(SensitiveText? token, ClusterSnapshot snapshot)
    {
        if (token is null)
        {
            return new Refusal(RefusalReason.BearerTokenMissing);
        }

        // A token that is bound to a key is nothing without a proof of that key (RFC 7800 section 3).
        if (await tokens.ResolveActiveAsync(token, snapshot) is not { } found
            || !found.Audiences.Contains(snapshot.Policy.Issuer)
            || found.Claims.TryGetProperty("cnf", out _))
        {
            return new Refusal(RefusalReason.BearerTokenRefused);
        }

        return found.Scope.Contains(Scope)
            ? new Revoker(found.ClientId ?? found.Subject, SubjectKey.Of(found.Root, snapshot.KeyRing.Secret))
            : new Refusal(RefusalReason.BearerScopeInsufficient);
    }
}
