using System.Net;
using System.Net.Http.Headers;
using ExchangeCluster.Client.Sharing;
using Microsoft.Extensions.Options;
using Polly;

namespace ExchangeCluster.Client.Http;

/// <summary><c>/sharing-plan</c>; see docs/sharing-plan.md.</summary>
internal sealed class SharingPlanOverHttp(IHttpClientFactory http, IOptions<TokenExchangeOptions> options) : ISharingPlanEndpoint
{
    public async Task<SharingPlanAnswer> AskAsync(string? knownVersion)
    {
        try
        {
            using var client = http.CreateClient(TokenServiceHttp.ClientName);
            using var request = AskForPlan(knownVersion);
            using var response = await client.SendAsync(request).ConfigureAwait(false);
            if (response.StatusCode == HttpStatusCode.NotModified)
            {
                return default;
            }

            var body = await response.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
            return response.StatusCode == HttpStatusCode.OK && SharingPlan.Read(body) is { } plan
                ? new(plan, response.Headers.ETag?.ToString())
                : new(Problem: response.StatusCode.ToString());
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or ExecutionRejectedException)
        {
            return new(Problem: exception.GetType().Name);
        }
    }

    /// <summary>GET, which may be answered with 304; POST where credentials are parameters, which never stand in a URL.</summary>
    private HttpRequestMessage AskForPlan(string? knownVersion)
    {
        var method = options.Value.ClientKey is null ? HttpMethod.Get : HttpMethod.Post;
        var request = new HttpRequestMessage(method, TokenServiceHttp.SharingPlanOf(options.Value.Issuer!));
        if (method == HttpMethod.Get && EntityTagHeaderValue.TryParse(knownVersion, out var tag))
        {
            request.Headers.IfNoneMatch.Add(tag);
        }

        return request;
    }
}
