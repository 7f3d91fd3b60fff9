using System.Net;
using System.Net.Http.Headers;
using ExchangeCluster.Client.Http;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Chaining;

/// <summary>Takes authorization grants to other domains' token services (RFC 7523 section 2.1).</summary>
internal sealed class GrantRedeemer(IHttpClientFactory http, TimeProvider clock)
{
    /// <summary>Name of the <see cref="HttpClient"/>.</summary>
    public const string ClientName = "ExchangeCluster.OtherDomains";

    /// <summary>One request; a grant is good for one use, so repeating it would be in vain.</summary>
    /// <exception cref="TokenServiceUnavailableException">No answer, or a failure of the service.</exception>
    /// <exception cref="InvalidTokenResponseException">Neither a token nor an OAuth error.</exception>
    public async Task<TokenExchangeResult> RedeemAsync(OtherDomain domain, SensitiveText grant)
    {
        try
        {
            using var client = http.CreateClient(ClientName);
            using var request = Request(domain, grant);
            using var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead).ConfigureAwait(false);
            if (response.StatusCode >= HttpStatusCode.InternalServerError)
            {
                throw new HttpRequestException("The token service failed.", inner: null, response.StatusCode);
            }

            return await TokenResponseReader.ReadAsync(response, requestedScope: null, CancellationToken.None, isExchange: false).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            throw new TokenServiceUnavailableException(exception);
        }
    }

    private HttpRequestMessage Request(OtherDomain domain, SensitiveText grant)
    {
        List<KeyValuePair<string, string>> form =
        [
            new(ParameterNames.GrantType, GrantTypes.JwtBearer),
            new(ParameterNames.Assertion, grant.Reveal()),
        ];
        if (domain.Audience is { } audience)
        {
            form.Add(new(ParameterNames.Audience, audience));
        }

        AuthenticationHeaderValue? basic = null;
        if (ClientAssertionSigner.For(domain.ClientKey, domain.ClientId!, TokenServiceHttp.IdentifierOf(domain.Issuer!), clock) is { } signer)
        {
            form.Add(new(ParameterNames.ClientAssertionType, ClientAssertionTypes.JwtBearer));
            form.Add(new(ParameterNames.ClientAssertion, signer.Sign()));
        }
        else
        {
            basic = BasicCredentials.Header(domain.ClientId!, new SensitiveText(domain.ClientSecret!));
        }

        var request = new HttpRequestMessage(HttpMethod.Post, domain.TokenEndpoint ?? TokenServiceHttp.TokenEndpointOf(domain.Issuer!))
        {
            Content = new FormUrlEncodedContent(form),
        };
        request.Headers.Authorization = basic;
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return request;
    }
}
