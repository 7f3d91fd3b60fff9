using System.Text;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>A JWK Set as its source gave it, and what it reads as.</summary>
public sealed record FetchedKeySet(string Jwks, KeySet KeySet);

/// <summary>
/// Reads a key set from the source that the policy names: within <see cref="TrustedIssuerOptions"/>' limits, and never
/// from anywhere a token says.
/// </summary>
public sealed class KeySetFetcher(IOptions<TrustedIssuerOptions> options, TimeProvider clock, HostResolver resolve)
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly TrustedIssuerOptions limits = options.Value;

    /// <exception cref="KeySetFetchException">The source is down, slow, or answers anything but a JWK Set within bounds.</exception>
    public async Task<FetchedKeySet> FetchAsync(KeySetSource source, CancellationToken cancellationToken)
    {
        // Taken before the fetch: the set may have changed while its answer travelled.
        var fetchedAt = clock.GetUtcNow();
        using var deadline = new CancellationTokenSource(limits.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            var jwks = await ReadAsync(source, either.Token);
            return new FetchedKeySet(jwks, KeySetReader.Read(jwks, fetchedAt, limits.MaxAge));
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new KeySetFetchException($"No complete answer within {limits.Timeout}.");
        }
        catch (HttpRequestException e)
        {
            throw e.InnerException as KeySetFetchException ?? new KeySetFetchException($"The request failed: {e.HttpRequestError}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new KeySetFetchException($"The source can't be read: {e.GetType().Name}.", e);
        }
        catch (FormatException e)
        {
            throw new KeySetFetchException(e.Message, e);
        }
    }

    private async Task<string> ReadAsync(KeySetSource source, CancellationToken cancellationToken)
    {
        if (source.Inline is { } inline)
        {
            return inline;
        }

        if (source.File is { } file)
        {
            var text = await ReadFileAsync(Path.Combine(limits.PolicyDirectory, file), cancellationToken);
            return PemKeySet.IsPem(text) ? PemKeySet.ToJwks(text) : text;
        }

        using var http = new GuardedHttp(resolve, limits.MaxDocumentBytes);
        var address = source.JwksUri ?? await DiscoverAsync(source.DiscoveryIssuer!, http, cancellationToken);
        return Text(await http.GetJsonAsync(address, cancellationToken));
    }

    /// <summary>OpenID Connect Discovery 1.0 section 4.</summary>
    private static async Task<Uri> DiscoverAsync(string issuer, GuardedHttp http, CancellationToken cancellationToken)
    {
        var address = new Uri((issuer.EndsWith('/') ? issuer[..^1] : issuer) + "/.well-known/openid-configuration");
        var configuration = ReadConfiguration(Text(await http.GetJsonAsync(address, cancellationToken)));
        if (!string.Equals(configuration.Issuer, issuer, StringComparison.Ordinal))
        {
            throw new KeySetFetchException("The discovery document names another issuer.");
        }

        return Uri.TryCreate(configuration.JwksUri, UriKind.Absolute, out var jwksUri)
            ? jwksUri
            : throw new KeySetFetchException("The discovery document names no jwks_uri.");
    }

    private static OpenIdConnectConfiguration ReadConfiguration(string json)
    {
        try
        {
            return OpenIdConnectConfiguration.Create(json);
        }
        catch (Exception e)
        {
            throw new KeySetFetchException("The discovery document can't be read.", e);
        }
    }

    private async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0, useAsync: true);
        return Text(await BoundedStream.ReadAsync(file, limits.MaxDocumentBytes, cancellationToken)
            ?? throw new KeySetFetchException($"The file is longer than {limits.MaxDocumentBytes} bytes."));
    }

    private static string Text(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return StrictUtf8.GetString(utf8.StartsWith(Encoding.UTF8.Preamble) ? utf8[Encoding.UTF8.Preamble.Length..] : utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new KeySetFetchException("The document is not UTF-8.", e);
        }
    }
}
