using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client;

/// <summary>The one verb of an application: a token for this target, on behalf of whoever sent this request.</summary>
public interface ITokenProvider
{
    /// <summary>
    /// Hands on the incoming token where the policy shares it, else takes out the embedded one, else remembers an earlier
    /// exchange, else exchanges (RFC 8693). Calls for the same token at the same time share one exchange.
    /// </summary>
    /// <param name="target">The name of the target service.</param>
    /// <param name="incomingToken">The access token of the request that is being served, validated already.</param>
    /// <param name="anew">True: forget what is remembered, and exchange. For when the target refused what was at hand.</param>
    /// <param name="cancellationToken">Ends the wait; an exchange that others wait for goes on.</param>
    /// <exception cref="TokenRefusedException">The token service refused.</exception>
    /// <exception cref="InvalidTokenResponseException">The token service's answer is neither a token nor an OAuth error.</exception>
    /// <exception cref="TokenServiceUnavailableException">The token service did not answer.</exception>
    ValueTask<TargetToken> GetTokenAsync(
        string target, SensitiveText incomingToken, bool anew = false, CancellationToken cancellationToken = default);
}
