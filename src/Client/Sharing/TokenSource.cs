using ExchangeCluster.Client.Chaining;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Client.Sharing;

/// <summary>New tokens: by an exchange, and for a target in another domain by the grant that the exchange gives.</summary>
internal sealed class TokenSource(ITokenExchanger exchanger, GrantRedeemer redeemer, IOptions<TokenExchangeOptions> options, TimeProvider clock)
{
    /// <exception cref="TokenRefusedException">One of the token services refused.</exception>
    public async Task<TargetToken> GetAsync(string target, SensitiveText incomingToken) =>
        options.Value.OtherDomains.TryGetValue(target, out var domain)
            ? await CrossAsync(target, domain, incomingToken).ConfigureAwait(false)
            : await ExchangeAsync(target, target, incomingToken).ConfigureAwait(false) is { TokenType: not AccessTokenTypes.NotApplicable } token
                ? token
                : throw new InvalidOperationException($"'{target}' is another domain's token service: name the target behind it in OtherDomains.");

    /// <summary>Once more from the start where the second service did not answer: it may have spent the grant.</summary>
    private async Task<TargetToken> CrossAsync(string target, OtherDomain domain, SensitiveText incomingToken)
    {
        try
        {
            return await CrossOnceAsync(target, domain, incomingToken).ConfigureAwait(false);
        }
        catch (TokenServiceUnavailableException)
        {
            return await CrossOnceAsync(target, domain, incomingToken).ConfigureAwait(false);
        }
    }

    private async Task<TargetToken> CrossOnceAsync(string target, OtherDomain domain, SensitiveText incomingToken)
    {
        var grant = await ExchangeAsync(target, domain.AuthorizationServer!, incomingToken).ConfigureAwait(false);
        var asked = clock.GetUtcNow();
        return Read(target, await redeemer.RedeemAsync(domain, grant.Token).ConfigureAwait(false), asked);
    }

    private async Task<TargetToken> ExchangeAsync(string target, string audience, SensitiveText incomingToken)
    {
        var asked = clock.GetUtcNow();
        var result = await exchanger.ExchangeAsync(new TokenExchangeRequest
        {
            SubjectToken = incomingToken,
            SubjectTokenType = TokenTypeIdentifiers.AccessToken,
            Audiences = [audience],
        }).ConfigureAwait(false);
        return Read(target, result, asked);
    }

    private static TargetToken Read(string target, TokenExchangeResult result, DateTimeOffset asked) =>
        result is { IsSuccess: true, Response: var response }
            ? new TargetToken(response.AccessToken, response.TokenType, TokenOrigin.Exchanged, asked.AddSeconds(response.ExpiresInSeconds))
            : throw new TokenRefusedException(target, result.Error!);
}
