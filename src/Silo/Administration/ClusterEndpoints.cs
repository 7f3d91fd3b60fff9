using System.Text;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Administration;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.TrustedIssuers;

namespace ExchangeCluster.Silo.Administration;

/// <summary>
/// What an operator asks of the cluster: <c>/admin/silos</c>, <c>/admin/keys</c>, <c>/admin/state</c>; and <c>/admin/policy</c>, which
/// publishes one.
/// </summary>
internal sealed class ClusterEndpoints(
    Management management, IClusterMembershipService membership, ILocalSiloDetails local, PolicyAdministration policies, SiloSettings settings, TimeProvider time)
{
    public const string SilosPath = "/admin/silos";
    public const string KeysPath = RevocationEndpoints.KeysPath;
    public const string StatePath = "/admin/state";
    public const string PolicyPath = "/admin/policy";

    private const string File = "policy";

    public Task GetSilosAsync(HttpContext context) => AnswerAsync(context, (json, _) =>
    {
        json.WriteStartArray("silos");
        foreach (var silo in membership.CurrentSnapshot.Members.Values.OrderBy(silo => silo.SiloAddress.ToParsableString(), StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("silo", silo.SiloAddress.ToParsableString());
            json.WriteString("status", SnakeCase.Of(silo.Status));
            json.WriteString("name", silo.Name);
            json.WriteBoolean("answers_you", silo.SiloAddress.Equals(local.SiloAddress));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    public Task GetKeysAsync(HttpContext context) => AnswerAsync(context, (json, snapshot) =>
    {
        var now = time.GetUtcNow();
        json.WriteStartArray("keys");
        foreach (var key in snapshot.KeyRing.Keys)
        {
            json.WriteStartObject();
            json.WriteString("kid", key.KeyId);
            json.WriteString("alg", key.Algorithm);
            json.WriteString("published_at", key.PublishedAt.UtcDateTime);
            json.WriteString("signs_from", key.SignsFrom.UtcDateTime);
            json.WriteBoolean("signs_now", snapshot.KeyRing.SigningKeyFor(key.Algorithm, now).KeyId == key.KeyId);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    /// <summary>What <c>exchange doctor</c> looks at.</summary>
    public Task GetStateAsync(HttpContext context) => AnswerAsync(context, (json, snapshot) =>
    {
        var now = time.GetUtcNow();
        json.WriteString("time", now.UtcDateTime);
        json.WriteString("issuer", snapshot.Policy.Issuer);
        json.WriteNumber("policy_revision", snapshot.Policy.Revision);
        json.WriteNumber("revocation_epoch", snapshot.Versions.Revocations);
        json.WriteNumber("revocations", snapshot.Revocations.Count);
        json.WriteString("store", settings.Redis is null ? "sqlite" : "redis");
        json.WriteStartArray("issuers");
        foreach (var issuer in snapshot.Policy.TrustedIssuers.Keys.Order(StringComparer.Ordinal))
        {
            Write(json, issuer, KeySetOwner.Issuer(issuer).HeldBy(snapshot, now));
        }

        json.WriteEndArray();
    });

    public async Task PutPolicyAsync(HttpContext context)
    {
        if (await management.AdmitAsync(AdminRequest.BearerOf(context.Request), context.RequestAborted) is { } refusal)
        {
            await ManagementResponseWriter.WriteAsync(context.Response, refusal);
            return;
        }

        if (await AdminRequest.ReadPolicyAsync(context) is not { } body)
        {
            return;
        }

        var (publication, failure) = await policies.PublishAsync(Encoding.UTF8.GetString(body), File, context.RequestAborted);
        if (publication is null)
        {
            await ManagementResponseWriter.WriteAsync(context.Response, failure!);
            return;
        }

        await (publication.Outcome is PolicyPublicationOutcome.Invalid or PolicyPublicationOutcome.Stale
            ? ManagementResponseWriter.WriteMistakesAsync(context.Response, publication.Mistakes)
            : ManagementResponseWriter.WriteAsync(context.Response, json =>
            {
                json.WriteString("outcome", SnakeCase.Of(publication.Outcome));
                json.WriteStartArray("warnings");
                foreach (var warning in publication.Warnings)
                {
                    json.WriteStringValue(warning);
                }

                json.WriteEndArray();
            }));
    }

    private async Task AnswerAsync(HttpContext context, Action<Utf8JsonWriter, ClusterSnapshot> write)
    {
        using var answer = await management.AnswerAsync(
            AdminRequest.BearerOf(context.Request), snapshot => ValueTask.FromResult(snapshot), context.RequestAborted);
        await (answer.Value is { } snapshot
            ? ManagementResponseWriter.WriteAsync(context.Response, json => write(json, snapshot))
            : ManagementResponseWriter.WriteAsync(context.Response, answer.Refusal!));
    }

    private static void Write(Utf8JsonWriter json, string issuer, KeySet? keys)
    {
        json.WriteStartObject();
        json.WriteString("issuer", issuer);
        json.WriteNumber("keys", keys?.Keys.Length ?? 0);
        if (keys is not null)
        {
            json.WriteString("fetched_at", keys.FetchedAt.UtcDateTime);
        }

        json.WriteEndObject();
    }
}
