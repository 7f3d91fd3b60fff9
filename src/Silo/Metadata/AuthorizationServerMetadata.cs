using System.Buffers;
using System.Text.Json;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Introspection;
using ExchangeCluster.Silo.Revocation;
using ExchangeCluster.Silo.SharingPlan;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Metadata;

/// <summary>The metadata document of RFC 8414 section 2.</summary>
internal static class AuthorizationServerMetadata
{
    private static readonly string[] AuthenticationMethods = ["client_secret_basic", "client_secret_post", "private_key_jwt"];

    /// <summary>RFC 8705 section 2.</summary>
    private static readonly string[] CertificateMethods = ["tls_client_auth", "self_signed_tls_client_auth"];

    /// <param name="policy">Whose issuer every URL is made of.</param>
    /// <param name="requestsCertificates">Whether the listener asks callers for a TLS client certificate.</param>
    public static ReadOnlyMemory<byte> Write(PolicySnapshot policy, bool requestsCertificates)
    {
        string[] methods = requestsCertificates ? [.. AuthenticationMethods, .. CertificateMethods] : AuthenticationMethods;
        var baseUrl = policy.Issuer.TrimEnd('/');
        var buffer = new ArrayBufferWriter<byte>(initialCapacity: 1024);
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartObject();
        json.WriteString("issuer", policy.Issuer);
        json.WriteString("token_endpoint", baseUrl + TokenEndpoint.Path);
        json.WriteString("jwks_uri", baseUrl + MetadataEndpoints.JwksPath);
        WriteArray(json, "grant_types_supported", GrantTypes.TokenExchange, GrantTypes.ClientCredentials, GrantTypes.JwtBearer, GrantTypes.RefreshToken, GrantTypes.BatchTokenExchange);

        // draft-ietf-oauth-identity-chaining.
        WriteArray(json, "identity_chaining_requested_token_types_supported", TokenTypeIdentifiers.Jwt);

        // Required, and empty: there is no authorization endpoint.
        WriteArray(json, "response_types_supported");
        WriteArray(json, "token_endpoint_auth_methods_supported", methods);
        WriteArray(json, "token_endpoint_auth_signing_alg_values_supported", ClientAuthenticator.AssertionAlgorithms.AsSpan());
        WriteArray(json, "dpop_signing_alg_values_supported", DpopProof.Algorithms.AsSpan());

        // RFC 8705 section 3.3.
        json.WriteBoolean("tls_client_certificate_bound_access_tokens", requestsCertificates);

        // RFC 9396 section 10. What is optional and empty is left out (RFC 8414 section 3.2).
        if (!policy.AuthorizationDetailsTypes.IsEmpty)
        {
            WriteArray(json, "authorization_details_types_supported", policy.AuthorizationDetailsTypes.AsSpan());
        }

        // An extension of ours: docs/sharing-plan.md.
        json.WriteString("sharing_plan_endpoint", baseUrl + SharingPlanEndpoint.Path);

        // RFC 8414 section 2, RFC 9701 section 7: the same clients by the same methods.
        foreach (var (name, path) in new[] { ("revocation", RevocationEndpoint.Path), ("introspection", IntrospectionEndpoint.Path) })
        {
            json.WriteString(name + "_endpoint", baseUrl + path);
            WriteArray(json, name + "_endpoint_auth_methods_supported", methods);
            WriteArray(json, name + "_endpoint_auth_signing_alg_values_supported", ClientAuthenticator.AssertionAlgorithms.AsSpan());
        }

        WriteArray(json, "introspection_signing_alg_values_supported", KeyRing.Algorithms.AsSpan());
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteArray(Utf8JsonWriter json, string name, params ReadOnlySpan<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
