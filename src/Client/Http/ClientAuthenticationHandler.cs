using System.Net.Http.Headers;
using System.Text;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Client.Http;

/// <summary>
/// Authenticates this service at the token service, anew for each attempt of a request: an assertion counts once
/// (RFC 7523 section 3), so a repeated request needs another.
/// </summary>
internal sealed class ClientAuthenticationHandler(IOptions<TokenExchangeOptions> options, TimeProvider clock) : DelegatingHandler
{
    private static readonly HttpRequestOptionsKey<byte[]> Form = new("ExchangeCluster.Form");

    private readonly ClientAssertionSigner? signer = ClientAssertionSigner.For(options.Value, clock);

    private readonly AuthenticationHeaderValue? basic =
        options.Value.ClientSecret is { } secret ? BasicCredentials.Header(options.Value.ClientId!, new SensitiveText(secret)) : null;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        if (signer is null)
        {
            request.Headers.Authorization = basic;
        }
        else
        {
            await AddAssertionAsync(request, signer.Sign(), cancellationToken).ConfigureAwait(false);
        }

        return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private static async Task AddAssertionAsync(HttpRequestMessage request, string assertion, CancellationToken cancellationToken)
    {
        if (!request.Options.TryGetValue(Form, out var form))
        {
            form = request.Content is null ? [] : await request.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            request.Options.Set(Form, form);
        }

        var credentials = $"{ParameterNames.ClientAssertionType}={Uri.EscapeDataString(ClientAssertionTypes.JwtBearer)}&{ParameterNames.ClientAssertion}={assertion}";
        request.Content = new ByteArrayContent([.. form, .. Encoding.ASCII.GetBytes(form.Length == 0 ? credentials : "&" + credentials)])
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/x-www-form-urlencoded") },
        };
    }
}
