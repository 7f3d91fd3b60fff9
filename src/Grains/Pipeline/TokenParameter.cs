using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Reads the <c>token</c> of a revocation or introspection request (RFC 7009 section 2.1, RFC 7662 section 2.1).
/// <c>token_type_hint</c> may stand beside it; what a token is shows without a hint.
/// </summary>
public static class TokenParameter
{
    /// <summary>Exactly one of the results is set.</summary>
    public static (SensitiveText? Token, Refusal? Refusal) Read(IReadOnlyList<KeyValuePair<string, string>> parameters)
    {
        var (collected, refusal) = RequestParameters.Collect(parameters);
        return collected is null ? (null, refusal)
            : collected.Get(ParameterNames.Token) is { } token ? (new SensitiveText(token), null)
            : (null, new Refusal(RefusalReason.MissingToken));
    }
}
