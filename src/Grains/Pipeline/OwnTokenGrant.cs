using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Client credentials (RFC 6749 section 4.4): the client asks for a token of its own, and is the subject of it.</summary>
internal static class OwnTokenGrant
{
    public static Step<ExchangeCommand> ToCommand(ExchangeRun run, TokenRequest.OwnToken request, Service client, ClusterSnapshot snapshot)
    {
        var targets = TargetResolver.Resolve(request.Audiences, request.Resources, snapshot.Policy);
        if (targets.Value is null)
        {
            return new Step<ExchangeCommand>(null, targets.Refusal);
        }

        return new ExchangeCommand
        {
            Client = client.Name,
            Grant = Grants.ClientCredentials,
            Confirmation = run.Confirmation,
            CertificateThumbprint = run.CertificateThumbprint,
            Subject = ClientSubject.Of(client, snapshot.Policy, snapshot.KeyRing.Secret),
            Targets = [.. targets.Value],
            RequestedScope = request.Scope,
            RequestedDetails = request.AuthorizationDetails,
            RequestedTokenType = TokenTypeIdentifiers.AccessToken,
        };
    }
}
