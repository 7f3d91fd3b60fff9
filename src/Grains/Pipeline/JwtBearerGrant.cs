using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>JWT bearer (RFC 7523 section 2.1): the assertion of a trusted issuer says on whose behalf; each counts once.</summary>
internal sealed class JwtBearerGrant(IKeySetRefresher keySets, ISpentOnce spentOnce, TimeProvider time)
{
    /// <summary>Namespace of authorization grants among the things that may be used once.</summary>
    private const string GrantKind = "authorization-grant";

    public async ValueTask<Step<ExchangeCommand>> ToCommandAsync(
        ExchangeRun run, TokenRequest.JwtBearer request, Service client, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var targets = TargetResolver.Resolve(request.Audiences, request.Resources, snapshot.Policy);
        if (targets.Value is null)
        {
            return new Step<ExchangeCommand>(null, targets.Refusal);
        }

        var outcome = AuthorizationGrants.Validate(
            request.Assertion.Reveal(), snapshot.Policy, snapshot.IssuerKeys, snapshot.KeyRing.Secret, time.GetUtcNow());
        if (outcome.RefreshIssuer is { } stale && !run.IssuerKeysRefreshed)
        {
            run.IssuerKeysRefreshed = true;
            if (await RefreshAsync(stale, cancellationToken))
            {
                return Step<ExchangeCommand>.Again;
            }
        }

        if (outcome.Token is not { } token)
        {
            return outcome.Refusal ?? throw new InvalidOperationException("No token and no refusal.");
        }

        if (snapshot.CheckRevoked(token) is { } revoked)
        {
            return revoked;
        }

        // After the signature held, so that a forged assertion can't burn the id of a true one.
        if (!run.GrantSpent && !await SpendAsync(token, outcome.JwtId!, cancellationToken))
        {
            return new Refusal(RefusalReason.AuthorizationGrantRefused, "The grant was used before.");
        }

        run.GrantSpent = true;
        return new ExchangeCommand
        {
            Client = client.Name,
            Grant = Grants.JwtBearer,
            Confirmation = run.Confirmation,
            CertificateThumbprint = run.CertificateThumbprint,
            Subject = token,
            Targets = [.. targets.Value],
            RequestedScope = request.Scope,
            RequestedDetails = request.AuthorizationDetails,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        };
    }

    private Task<bool> RefreshAsync(string issuer, CancellationToken cancellationToken) => DependencyFailedException.GuardAsync(
        "source of issuer keys", () => keySets.RefreshIssuerAsync(issuer, cancellationToken), cancellationToken);

    private Task<bool> SpendAsync(ValidatedToken token, string jwtId, CancellationToken cancellationToken) =>
        DependencyFailedException.GuardAsync(
            "store",
            () => spentOnce.TrySpendAsync(
                GrantKind, token.Issuer, jwtId, token.ExpiresAt + SubjectTokenValidator.ClockSkew, cancellationToken),
            cancellationToken);
}
