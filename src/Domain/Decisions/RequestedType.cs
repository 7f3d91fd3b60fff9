using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>Whether what is issued for the targets is of the requested type (RFC 8693 section 3): nothing is substituted.</summary>
public static class RequestedType
{
    /// <summary>What a request means that names no type.</summary>
    public static string DefaultFor(Service target) =>
        target.TokenFormat == TokenFormat.AuthorizationGrant ? TokenTypeIdentifiers.Jwt : TokenTypeIdentifiers.AccessToken;

    internal static Refusal? Check(PolicySnapshot policy, ExchangeCommand command, out TokenFormat format)
    {
        format = policy.Services[command.Targets[0]].TokenFormat;
        foreach (var target in command.Targets)
        {
            // Another authorization server shares nothing: a grant has one audience.
            var own = policy.Services[target].TokenFormat;
            if (own != format || (own == TokenFormat.AuthorizationGrant && command.Targets.Length > 1))
            {
                return new Refusal(RefusalReason.TargetsDoNotCombine, string.Join(", ", command.Targets));
            }
        }

        return (format, command.RequestedTokenType) switch
        {
            (TokenFormat.AuthorizationGrant, not TokenTypeIdentifiers.Jwt) => Unsupported("authorization grants, which are no access tokens"),
            (TokenFormat.Opaque, TokenTypeIdentifiers.Jwt) => Unsupported("opaque tokens, which are no JWTs"),
            _ => null,
        };

        Refusal Unsupported(string what) => new(RefusalReason.UnsupportedRequestedTokenType, $"'{command.Targets[0]}' gets {what}.");
    }
}
