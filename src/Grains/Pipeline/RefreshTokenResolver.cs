using System.Text.Json;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>What a refresh token is, for questions about it. Nowhere but at the token endpoint is it good for anything.</summary>
internal sealed class RefreshTokenResolver(IRefreshTokens refreshTokens)
{
    /// <summary>The token, used or not, under the identity of its family; null when it is no refresh token of ours.</summary>
    public async ValueTask<ValidatedToken?> ResolveAsync(SensitiveText token, ClusterSnapshot snapshot) =>
        await FindAsync(token, snapshot) is { } found ? ToToken(found, snapshot.Policy.Issuer) : null;

    /// <summary>The same; null also when it was used or revoked.</summary>
    public async ValueTask<ValidatedToken?> ResolveActiveAsync(SensitiveText token, ClusterSnapshot snapshot) =>
        await FindAsync(token, snapshot) is { IsCurrent: true } found
        && snapshot.Revocations.Check(found.Lineage, snapshot.Policy.Issuer, found.Family.Handle, snapshot.KeyRing.Secret) is null
        && snapshot.Withdrawals.Check(found.Command.Subject.Lineage) is null
        && snapshot.Withdrawals.Check(found.Command.Actor?.Lineage) is null
            ? ToToken(found, snapshot.Policy.Issuer)
            : null;

    private Task<FoundRefreshToken?> FindAsync(SensitiveText token, ClusterSnapshot snapshot) => DependencyFailedException.GuardAsync(
        "store", () => refreshTokens.FindAsync(token, snapshot.KeyRing.Secret, CancellationToken.None), CancellationToken.None);

    /// <summary>No service is its audience: only the client that it was issued to learns of it.</summary>
    private static ValidatedToken ToToken(FoundRefreshToken found, string issuer) => new()
    {
        TokenType = TokenTypeIdentifiers.RefreshToken,
        Issuer = issuer,
        Subject = found.Command.Subject.Subject,
        Audiences = [],
        ClientId = found.Command.Client,
        Scope = found.Family.Scope,
        ExpiresAt = found.Family.Until,
        IssuedAt = found.Family.StartedAt,
        Handle = found.Family.Handle,
        Root = found.Lineage.Root,
        Lineage = found.Lineage,
        Claims = JsonSerializer.SerializeToElement(ClaimsOf(found, issuer)),
    };

    private static Dictionary<string, object> ClaimsOf(FoundRefreshToken found, string issuer)
    {
        var claims = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["iss"] = issuer,
            ["sub"] = found.Command.Subject.Subject,
            ["client_id"] = found.Command.Client,
            ["iat"] = found.Family.StartedAt.ToUnixTimeSeconds(),
            ["exp"] = found.Family.Until.ToUnixTimeSeconds(),
        };
        if (!found.Family.Scope.IsEmpty)
        {
            claims["scope"] = found.Family.Scope.Text;
        }

        if (!found.Family.AuthorizationDetails.IsEmpty)
        {
            claims[AuthorizationDetails.Name] = found.Family.AuthorizationDetails.Items;
        }

        if (found.Command.Confirmation is { } confirmation)
        {
            claims["cnf"] = new Dictionary<string, string>(StringComparer.Ordinal) { [confirmation.Member] = confirmation.Thumbprint };
        }

        return claims;
    }
}
