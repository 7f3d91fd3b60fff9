using ExchangeCluster.Contracts;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>Reads a message of the public grain as the form that the token endpoint would have got.</summary>
internal static class ExchangeMessageReader
{
    /// <summary>Both null when the message has no credentials.</summary>
    public static (ClientCredentials? Credentials, Refusal? Refusal) ReadCredentials(
        string? clientId, string? secret, string? assertion)
    {
        var hasSecret = !string.IsNullOrEmpty(secret);
        var hasAssertion = !string.IsNullOrEmpty(assertion);
        var hasClientId = !string.IsNullOrEmpty(clientId);
        return (hasSecret, hasAssertion) switch
        {
            (true, true) => (null, new Refusal(RefusalReason.SeveralClientAuthentications)),
            (_, true) => (new ClientCredentials.Assertion(hasClientId ? clientId : null, new SensitiveText(assertion!)), null),
            (true, _) when hasClientId => (new ClientCredentials.Secret(clientId!, new SensitiveText(secret!)), null),
            _ => (null, null),
        };
    }

    /// <summary>Null when the message has none.</summary>
    public static SensitiveText? ReadProof(ExchangeMessage message) =>
        string.IsNullOrEmpty(message.DpopProof) ? null : new SensitiveText(message.DpopProof);

    public static List<KeyValuePair<string, string>> ReadParameters(ExchangeMessage message)
    {
        List<KeyValuePair<string, string>> parameters = [new(ParameterNames.GrantType, GrantTypes.TokenExchange)];
        Add(ParameterNames.SubjectToken, message.SubjectToken);
        Add(ParameterNames.SubjectTokenType, message.SubjectTokenType);
        Add(ParameterNames.ActorToken, message.ActorToken);
        Add(ParameterNames.ActorTokenType, message.ActorTokenType);
        Add(ParameterNames.RequestedTokenType, message.RequestedTokenType);
        Add(ParameterNames.Scope, message.Scope);
        Add(AuthorizationDetails.Name, message.AuthorizationDetails);
        AddEach(ParameterNames.Audience, message.Audience);
        AddEach(ParameterNames.Resource, message.Resource);
        return parameters;

        void Add(string name, string? value) => parameters.Add(new(name, value ?? string.Empty));

        void AddEach(string name, string?[]? values)
        {
            foreach (var value in values ?? [])
            {
                Add(name, value);
            }
        }
    }
}
