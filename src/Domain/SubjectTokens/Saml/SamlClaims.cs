using System.Buffers;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>An assertion as a subject token: what rules see of it are claims, as of any other token.</summary>
internal static class SamlClaims
{
    public static ValidatedToken ToValidated(SamlAssertion assertion, RegisteredClaims claims, string issuer, SamlTrust saml, ClusterSecret secret)
    {
        // By its ID, not its text: the same assertion can be written in many ways. No header.payload of a JWS holds a colon.
        var handle = TokenHandles.Of(secret, issuer, Encoding.UTF8.GetBytes("saml2:" + assertion.Id));
        return new ValidatedToken
        {
            TokenType = TokenTypeIdentifiers.Saml2,
            Issuer = issuer,
            Subject = claims.Subject,
            Audiences = claims.Audiences,
            ClientId = null,
            Scope = claims.Scope,
            ExpiresAt = claims.ExpiresAt,
            IssuedAt = claims.IssuedAt,
            Handle = handle,
            Root = new RootSubject(issuer, claims.Subject, claims.Session, claims.IssuedAt, handle),
            Lineage = null,
            Claims = ToJson(assertion, claims, issuer, saml),
        };
    }

    private static JsonElement ToJson(SamlAssertion assertion, RegisteredClaims claims, string issuer, SamlTrust saml)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("iss", issuer);
            json.WriteString("sub", claims.Subject);
            WriteTexts(json, "aud", claims.Audiences);
            json.WriteNumber("iat", claims.IssuedAt.ToUnixTimeSeconds());
            json.WriteNumber("exp", claims.ExpiresAt.ToUnixTimeSeconds());
            json.WriteString("jti", assertion.Id);
            if (!claims.Scope.IsEmpty)
            {
                json.WriteString("scope", claims.Scope.Text);
            }

            if (assertion.Authentication is { } authentication)
            {
                WriteAuthentication(json, authentication);
            }

            foreach (var (claim, name) in saml.Attributes)
            {
                if (assertion.Attributes.FirstOrDefault(attribute => attribute.Name == name) is { Values: { IsEmpty: false } values })
                {
                    WriteTexts(json, claim, values);
                }
            }

            json.WriteEndObject();
        }

        return JsonElement.Parse(buffer.WrittenSpan);
    }

    private static void WriteAuthentication(Utf8JsonWriter json, SamlAuthentication authentication)
    {
        json.WriteNumber("auth_time", authentication.At.ToUnixTimeSeconds());
        if (authentication.Context is { } context)
        {
            json.WriteString("acr", context);
        }

        if (authentication.Session is { } session)
        {
            json.WriteString("sid", session);
        }
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> values)
    {
        if (values is [var only])
        {
            json.WriteString(name, only);
            return;
        }

        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
