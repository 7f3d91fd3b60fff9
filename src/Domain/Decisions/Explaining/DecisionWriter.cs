using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions.Explaining;

/// <summary>A decision as members of a JSON object, for operators: names of claims, never their values.</summary>
public static class DecisionWriter
{
    public static void Write(Utf8JsonWriter json, Decision decision)
    {
        if (decision.Refusal is { } refusal)
        {
            json.WriteString("outcome", "refused");
            Write(json, refusal);
        }
        else
        {
            json.WriteString("outcome", "granted");
            Write(json, decision.Token);
        }
    }

    /// <summary>Why, for the operator, and what the caller is told.</summary>
    private static void Write(Utf8JsonWriter json, Refusal refusal)
    {
        json.WriteString("reason", SnakeCase.Of(refusal.Reason));
        if (refusal.Detail is { } detail)
        {
            json.WriteString("detail", detail);
        }

        var error = RefusalCatalogue.ToTokenError(refusal);
        json.WriteString(ParameterNames.Error, error.Code);
        json.WriteString(ParameterNames.ErrorDescription, error.Description);
        if (refusal.StepUp is { } stepUp)
        {
            json.WriteString(ParameterNames.AcrValues, string.Join(' ', stepUp.AcrValues));
        }
    }

    private static void Write(Utf8JsonWriter json, Decision.Granted granted)
    {
        WriteArray(json, "rules", granted.Rules);
        WriteArray(json, "audiences", granted.Audiences.Concat(granted.Reuses.Select(edge => edge.Audience)));
        json.WriteString("scope", granted.Scope.Text);
        json.WriteString("expires_at", granted.ExpiresAt.UtcDateTime);
        json.WriteString("expires_by", SnakeCase.Of(granted.ExpiresBy));
        json.WriteString("format", SnakeCase.Of(granted.Format));
        if (granted.Subject is null)
        {
            json.WriteBoolean("pairwise_subject", true);
        }

        if (granted.Binding is { } binding)
        {
            json.WriteString("bound_by", binding.IsDpop ? "dpop" : "certificate");
        }

        if (granted.RefreshUntil is { } until)
        {
            json.WriteString("refresh_until", until.UtcDateTime);
        }

        WriteArray(json, "claims", granted.Claims.Select(claim => claim.Key));
        json.WriteStartArray("elevations");
        foreach (var elevation in granted.Elevations)
        {
            json.WriteStartObject();
            json.WriteString("scope", elevation.Scope);
            json.WriteString("by", elevation.By);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (!granted.AuthorizationDetails.IsEmpty)
        {
            WriteArray(json, "authorization_details_types", granted.AuthorizationDetails.Items.Select(AuthorizationDetails.TypeOf));
        }
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
