using System.Collections.Frozen;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions.Questions;

/// <summary>
/// Records a command as the question that it answers, reduced to what the rules of a policy read: a person is a keyed handle, a
/// claim is there only when a condition is about it, and of one that is merely passed on only that there was one.
/// </summary>
public sealed class QuestionRecorder
{
    /// <summary>Written of the token itself; what <c>iat</c> was plays no part in a decision.</summary>
    private static readonly FrozenSet<string> Registered =
        new[] { "iss", "sub", "aud", "client_id", "azp", "scope", "exp", "iat", "nbf", "jti", "sid" }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>What the protocol reads beyond that, and names no person.</summary>
    private static readonly FrozenSet<string> Protocol =
        new[] { "acr", "auth_time", Confirmation.ClaimName, AuthorizationDetails.Name }.ToFrozenSet(StringComparer.Ordinal);

    private readonly PolicySnapshot policy;
    private readonly ClusterSecret secret;
    private readonly FrozenSet<string> conditions;
    private readonly FrozenSet<string> passedOn;
    private readonly FrozenSet<string> namedSubjects;

    public QuestionRecorder(PolicySnapshot policy, ClusterSecret secret)
    {
        (this.policy, this.secret) = (policy, secret);
        AcceptRule[] rules = [.. policy.Rules.Values.SelectMany(rules => rules)];
        conditions = rules.SelectMany(rule => rule.When.Claims.Concat(rule.When.Actor.Claims)).Select(condition => condition.Claim)
            .Where(claim => claim is not ("sub" or "act" or "may_act"))
            .ToFrozenSet(StringComparer.Ordinal);
        passedOn = rules.SelectMany(rule => rule.Claims).Select(mapping => mapping.Source).OfType<string>().ToFrozenSet(StringComparer.Ordinal);
        namedSubjects = rules.SelectMany(rule => rule.When.Actor.Subjects).ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>One JSON object, which <see cref="QuestionReader"/> reads.</summary>
    public void Write(Utf8JsonWriter json, ExchangeCommand command, DateTimeOffset at)
    {
        json.WriteStartObject();
        json.WriteNumber("at", at.ToUnixTimeSeconds());
        json.WriteString("client", command.Client);
        json.WriteString("grant", GrantNames.Of(command.Grant));
        json.WriteStartArray("target");
        foreach (var target in command.Targets)
        {
            json.WriteStringValue(target);
        }

        json.WriteEndArray();
        if (command.RequestedScope is { IsEmpty: false } scope)
        {
            json.WriteString("scope", scope.Text);
        }

        WriteDetails(json, command.RequestedDetails);
        json.WriteString("requested_token_type", command.RequestedTokenType);
        if (command.Grant != Grants.ClientCredentials)
        {
            WriteToken(json, "subject", command.Subject, command.Actor);
        }

        if (command.Actor is { } actor)
        {
            WriteToken(json, "actor", actor, null);
        }

        WriteIfAny(json, "dpop_thumbprint", command.Confirmation?.Thumbprint);
        WriteIfAny(json, "certificate_thumbprint", command.CertificateThumbprint);
        WriteRefresh(json, command.Refresh);
        json.WriteEndObject();
    }

    private void WriteToken(Utf8JsonWriter json, string name, ValidatedToken token, ValidatedToken? actor)
    {
        json.WriteStartObject(name);
        json.WriteString("type", token.TokenType);
        json.WriteStartObject("claims");
        json.WriteString("iss", token.Issuer);
        json.WriteString("sub", NameOf(new RootSubject(token.Issuer, token.Subject, null, null, default)));
        json.WriteStartArray("aud");
        foreach (var audience in token.Audiences)
        {
            json.WriteStringValue(audience);
        }

        json.WriteEndArray();
        WriteIfAny(json, "client_id", token.ClientId);
        WriteIfAny(json, "scope", token.Scope.IsEmpty ? null : token.Scope.Text);
        json.WriteNumber("exp", token.ExpiresAt.ToUnixTimeSeconds());
        foreach (var claim in token.Claims.EnumerateObject().Where(claim => !Registered.Contains(claim.Name)))
        {
            switch (claim.Name)
            {
                case ActorChain.ClaimName:
                    json.WritePropertyName(claim.Name);
                    WriteDepth(json, claim.Value);
                    break;
                case MayAct.ClaimName:
                    WriteMayAct(json, claim.Value, actor);
                    break;
                case var claimName when Protocol.Contains(claimName) || conditions.Contains(claimName):
                    claim.WriteTo(json);
                    break;
                case var claimName when passedOn.Contains(claimName):
                    json.WriteBoolean(claimName, true);
                    break;
            }
        }

        json.WriteEndObject();
        WriteLineage(json, token.Lineage);
        json.WriteEndObject();
    }

    private void WriteLineage(Utf8JsonWriter json, Lineage? lineage)
    {
        if (lineage is null)
        {
            return;
        }

        json.WriteStartObject("root");
        json.WriteString("iss", lineage.Root.Issuer);
        json.WriteString("sub", NameOf(lineage.Root));
        json.WriteEndObject();
        if (!lineage.Elevations.IsEmpty)
        {
            json.WriteStartArray("elevations");
            foreach (var elevation in lineage.Elevations)
            {
                json.WriteStartObject();
                json.WriteString("scope", elevation.Scope);
                json.WriteString("by", elevation.By);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        if (lineage.RefreshUntil is { } until)
        {
            json.WriteNumber("refresh_until", until.ToUnixTimeSeconds());
        }
    }

    /// <summary>A service by its name, whom the policy names by that name, anybody else by a handle.</summary>
    private string NameOf(RootSubject subject) =>
        subject.Issuer == policy.Issuer && policy.Services.ContainsKey(subject.Subject) ? subject.Subject
        : namedSubjects.Contains(subject.Subject) ? subject.Subject
        : SubjectKey.Of(subject, secret);

    /// <summary>Rules read how many actors there were, not who.</summary>
    private static void WriteDepth(Utf8JsonWriter json, JsonElement act)
    {
        json.WriteStartObject();
        if (act.TryGetProperty(ActorChain.ClaimName, out var inner))
        {
            json.WritePropertyName(ActorChain.ClaimName);
            WriteDepth(json, inner);
        }

        json.WriteEndObject();
    }

    /// <summary>Whom it names: the actor, by its recorded name; a service; or another one.</summary>
    private void WriteMayAct(Utf8JsonWriter json, JsonElement mayAct, ValidatedToken? actor)
    {
        json.WriteStartObject(MayAct.ClaimName);
        foreach (var member in mayAct.EnumerateObject().Where(member => member.Value.ValueKind == JsonValueKind.String))
        {
            var value = member.Value.GetString()!;
            json.WriteString(
                member.Name,
                member.Name != "sub" || policy.Services.ContainsKey(value) ? value
                : actor is not null && actor.Root.Subject == value ? NameOf(actor.Root)
                : SubjectKey.Of(new RootSubject("may_act", value, null, null, default), secret));
        }

        json.WriteEndObject();
    }

    private static void WriteRefresh(Utf8JsonWriter json, RefreshFamily? refresh)
    {
        if (refresh is null)
        {
            return;
        }

        json.WriteStartObject("refresh");
        json.WriteNumber("started_at", refresh.StartedAt.ToUnixTimeSeconds());
        json.WriteNumber("until", refresh.Until.ToUnixTimeSeconds());
        if (!refresh.Scope.IsEmpty)
        {
            json.WriteString("scope", refresh.Scope.Text);
        }

        WriteDetails(json, refresh.AuthorizationDetails);
        json.WriteEndObject();
    }

    private static void WriteDetails(Utf8JsonWriter json, AuthorizationDetails? details)
    {
        if (details is { IsEmpty: false })
        {
            json.WritePropertyName(AuthorizationDetails.Name);
            json.WriteRawValue(details.Text);
        }
    }

    private static void WriteIfAny(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }
}
