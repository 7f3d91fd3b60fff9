using System.Buffers;
using System.Globalization;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Token;

namespace ExchangeCluster.Silo.Administration;

/// <summary>The one place that knows status codes and JSON of the management API; errors as RFC 6750 section 3 has them.</summary>
internal static class ManagementResponseWriter
{
    private const string Realm = "Bearer realm=\"management\"";
    private const string RetryAfterSeconds = "1";

    public static Task WriteAsync(HttpResponse response, RevocationReceipt receipt, IReadOnlyList<string> ids) =>
        WriteAsync(response, StatusCodes.Status200OK, json =>
        {
            json.WriteNumber("epoch", receipt.Epoch);
            json.WriteNumber("silos_confirmed", receipt.SilosConfirmed);
            json.WriteNumber("silos_fenced", receipt.SilosFenced);
            json.WriteNumber("milliseconds", (long)Math.Ceiling(receipt.Elapsed.TotalMilliseconds));
            json.WriteStartArray("ids");
            foreach (var id in ids)
            {
                json.WriteStringValue(id);
            }

            json.WriteEndArray();
        });

    /// <param name="response">Where to.</param>
    /// <param name="page">Newest first.</param>
    /// <param name="isFull">There may be more.</param>
    public static Task WriteAsync(HttpResponse response, IReadOnlyList<Domain.Revocations.Revocation> page, bool isFull) =>
        WriteAsync(response, StatusCodes.Status200OK, json =>
        {
            json.WriteStartArray("revocations");
            foreach (var revocation in page)
            {
                Write(json, revocation);
            }

            json.WriteEndArray();
            if (isFull)
            {
                json.WriteNumber("next_before", page[^1].Epoch);
            }
        });

    /// <summary>Whatever an administrator asked for.</summary>
    public static Task WriteAsync(HttpResponse response, Action<Utf8JsonWriter> writeMembers) =>
        WriteAsync(response, StatusCodes.Status200OK, writeMembers);

    /// <summary>Every mistake of a policy, as the author reads it elsewhere.</summary>
    public static Task WriteMistakesAsync(HttpResponse response, IEnumerable<string> mistakes) =>
        WriteAsync(response, StatusCodes.Status400BadRequest, json =>
        {
            json.WriteString(ParameterNames.Error, ErrorCodes.InvalidRequest);
            json.WriteString(ParameterNames.ErrorDescription, "The policy has mistakes.");
            json.WriteStartArray("mistakes");
            foreach (var mistake in mistakes)
            {
                json.WriteStringValue(mistake);
            }

            json.WriteEndArray();
        });

    public static Task WriteMistakeAsync(HttpResponse response, string mistake) =>
        WriteAsync(response, StatusCodes.Status400BadRequest, new TokenError(ErrorCodes.InvalidRequest, mistake));

    public static Task WriteAsync(HttpResponse response, Refusal refusal)
    {
        var error = RefusalCatalogue.ToTokenError(refusal.Reason);
        switch (refusal.Reason)
        {
            // RFC 6750 section 3: without a token there is no error code either.
            case RefusalReason.BearerTokenMissing:
                response.Headers.WWWAuthenticate = Realm;
                return WriteAsync(response, StatusCodes.Status401Unauthorized, error);
            case RefusalReason.BearerTokenRefused:
                response.Headers.WWWAuthenticate = $"{Realm}, error=\"{error.Code}\"";
                return WriteAsync(response, StatusCodes.Status401Unauthorized, error);
            case RefusalReason.BearerScopeInsufficient:
                response.Headers.WWWAuthenticate = $"{Realm}, error=\"{error.Code}\", scope=\"{RevocationAdministration.Scope}\"";
                return WriteAsync(response, StatusCodes.Status403Forbidden, error);
            default:
                response.Headers.RetryAfter = RetryAfterSeconds;
                return WriteAsync(response, StatusCodes.Status503ServiceUnavailable, error);
        }
    }

    private static void Write(Utf8JsonWriter json, Domain.Revocations.Revocation revocation)
    {
        var target = revocation.Target;
        json.WriteStartObject();
        json.WriteString("id", revocation.Id);
        json.WriteString("kind", target.Kind.ToString().ToLower(CultureInfo.InvariantCulture));
        json.WriteBoolean("block", revocation.IsBlock);
        switch (target.Kind)
        {
            case RevocationKind.Client:
                json.WriteString("client", target.Name);
                break;
            case RevocationKind.Issuer:
                json.WriteString("issuer", target.Name);
                break;
            case RevocationKind.Edge:
                json.WriteString("from", target.Name);
                json.WriteString("to", target.Service);
                break;
        }

        json.WriteNumber("epoch", revocation.Epoch);
        json.WriteString("at", revocation.At.UtcDateTime);
        if (revocation.ExpiresAt is { } expiresAt)
        {
            json.WriteString("expires_at", expiresAt.UtcDateTime);
        }

        json.WriteString("by", revocation.By);
        if (revocation.BySubject is { } subject)
        {
            json.WriteString("by_subject", subject);
        }

        json.WriteEndObject();
    }

    private static Task WriteAsync(HttpResponse response, int status, TokenError error) => WriteAsync(response, status, json =>
    {
        json.WriteString(ParameterNames.Error, error.Code);
        json.WriteString(ParameterNames.ErrorDescription, error.Description);
    });

    private static Task WriteAsync(HttpResponse response, int status, Action<Utf8JsonWriter> writeMembers)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            writeMembers(json);
            json.WriteEndObject();
        }

        return PrivateResponse.WriteAsync(response, status, PrivateResponse.Json, buffer.WrittenMemory);
    }
}
