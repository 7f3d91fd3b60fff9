namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Why a token for a caller can't carry one for a target, whatever they hold.</summary>
internal static class EmbedObstacles
{
    public static string? Find(Service caller, Service target) => (caller.TokenFormat, target.TokenFormat) switch
    {
        (not TokenFormat.Jwt, _) => $"tokens for {caller.Name} are no JWTs that it reads",
        (_, TokenFormat.Opaque) => $"{target.Name} gets opaque tokens, which are kept and not carried",
        (_, TokenFormat.AuthorizationGrant) => $"{target.Name} gets authorization grants, each of which is asked for when it is needed",
        _ => target.DpopRequired || target.CertificateBindingRequired ? $"{target.Name} takes only tokens that are bound to a key of {caller.Name}" : null,
    };
}
