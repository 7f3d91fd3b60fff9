using System.Globalization;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Metadata;

/// <summary>
/// What others may know of us: the authorization server metadata (RFC 8414) and the public keys (RFC 7517). Every URL is
/// made of the policy's issuer, never of the request.
/// </summary>
internal sealed class MetadataEndpoints(IClusterState state, SiloSettings settings)
{
    public const string AuthorizationServerPath = "/.well-known/oauth-authorization-server";

    /// <summary>The same document, where stock resource servers look.</summary>
    public const string OpenIdPath = "/.well-known/openid-configuration";

    public const string JwksPath = "/.well-known/jwks.json";

    private static readonly string CacheControl = string.Create(
        CultureInfo.InvariantCulture, $"public, max-age={(long)KeySchedule.JwksMaxAge.TotalSeconds}");

    public Task GetMetadataAsync(HttpContext context) =>
        WriteAsync(context.Response, snapshot => AuthorizationServerMetadata.Write(snapshot.Policy, settings.RequestClientCertificates));

    public Task GetJwksAsync(HttpContext context) => WriteAsync(context.Response, snapshot => snapshot.KeyRing.Jwks);

    private async Task WriteAsync(HttpResponse response, Func<ClusterSnapshot, ReadOnlyMemory<byte>> write)
    {
        if (state.Current is not { } snapshot)
        {
            await TokenResponseWriter.WriteAsync(response, new Refusal(RefusalReason.Unavailable));
            return;
        }

        var json = write(snapshot);
        response.ContentType = "application/json";
        response.ContentLength = json.Length;
        response.Headers.CacheControl = CacheControl;
        await response.BodyWriter.WriteAsync(json, response.HttpContext.RequestAborted);
    }
}
