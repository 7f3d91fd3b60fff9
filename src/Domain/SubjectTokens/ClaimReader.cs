using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>Checks the shape of every claim that a decision may rest on. What the values mean is decided elsewhere.</summary>
internal static class ClaimReader
{
    /// <summary>Longest <c>sub</c>, in characters.</summary>
    public const int MaxSubjectLength = 1024;

    /// <summary>Most actors in one another (RFC 8693 section 4.1); a policy may allow fewer.</summary>
    public const int MaxActorDepth = 16;

    /// <summary>Null and the claims, or why the token is refused.</summary>
    public static Refusal? Read(JsonElement json, out RegisteredClaims? claims)
    {
        claims = null;
        if (!Confirmation.TryRead(json, out _))
        {
            return new Refusal(RefusalReason.SubjectTokenBound, "The token's cnf is not exactly one jkt or x5t#S256.");
        }

        if (!TryReadSubject(json, out var subject))
        {
            return new Refusal(RefusalReason.SubjectTokenSubjectRefused, "sub is not a string of 1 to 1024 characters without control characters.");
        }

        if (!TryReadAudiences(json, out var audiences))
        {
            return new Refusal(RefusalReason.SubjectTokenAudienceRefused, "aud is not a string or an array of strings.");
        }

        if (!NumericDate.TryRead(json, "exp", out var expiresAt) || expiresAt is null
            || !NumericDate.TryRead(json, "iat", out var issuedAt) || issuedAt is null
            || !NumericDate.TryRead(json, "nbf", out var notBefore))
        {
            return new Refusal(RefusalReason.SubjectTokenLifetimeRefused, "exp or iat is missing, or exp, iat or nbf is not a date.");
        }

        if (!TryReadScope(json, out var scope))
        {
            return Refuse("scope is not a string of scope tokens.");
        }

        if (!TryReadName(json, "client_id", out var clientId) || !TryReadName(json, "azp", out var authorizedParty)
            || !TryReadName(json, "jti", out var jwtId) || !TryReadName(json, "sid", out var session))
        {
            return Refuse("client_id, azp, jti or sid is not a string, or is empty.");
        }

        if (json.TryGetProperty(AuthorizationDetails.Name, out var details) && !AuthorizationDetails.TryRead(details, out _))
        {
            return Refuse("authorization_details is not an array of objects with a type.");
        }

        if (CheckActors(json) is { } problem)
        {
            return problem;
        }

        claims = new RegisteredClaims
        {
            Subject = subject,
            Audiences = audiences,
            ClientId = clientId ?? authorizedParty,
            Scope = scope,
            JwtId = jwtId,
            Session = session,
            ExpiresAt = expiresAt.Value,
            IssuedAt = issuedAt.Value,
            NotBefore = notBefore,
        };
        return null;
    }

    private static Refusal Refuse(string detail) => new(RefusalReason.SubjectTokenClaimsRefused, detail);

    private static bool TryReadSubject(JsonElement json, out string subject)
    {
        subject = json.TryGetProperty("sub", out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
        return subject.Length is > 0 and <= MaxSubjectLength && !subject.Any(char.IsControl);
    }

    /// <summary>RFC 7519 section 4.1.3: one string, or an array of them; here never empty.</summary>
    private static bool TryReadAudiences(JsonElement json, out ImmutableArray<string> audiences)
    {
        audiences = [];
        if (!json.TryGetProperty("aud", out var value))
        {
            return false;
        }

        if (value.ValueKind == JsonValueKind.String)
        {
            audiences = [value.GetString()!];
        }
        else if (value.ValueKind == JsonValueKind.Array && value.EnumerateArray().All(item => item.ValueKind == JsonValueKind.String))
        {
            audiences = [.. value.EnumerateArray().Select(item => item.GetString()!)];
        }

        return !audiences.IsEmpty && audiences.All(audience => audience.Length > 0);
    }

    private static bool TryReadScope(JsonElement json, out ScopeSet scope)
    {
        scope = ScopeSet.Empty;
        if (!json.TryGetProperty("scope", out var value))
        {
            return true;
        }

        if (value.ValueKind != JsonValueKind.String || !ScopeSet.TryParse(value.GetString()!, out var parsed))
        {
            return false;
        }

        scope = parsed;
        return true;
    }

    /// <summary>False when the claim is there and not a non-empty string.</summary>
    private static bool TryReadName(JsonElement json, string claim, out string? name)
    {
        name = null;
        if (!json.TryGetProperty(claim, out var value))
        {
            return true;
        }

        name = value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        return !string.IsNullOrEmpty(name);
    }

    /// <summary>
    /// RFC 8693 sections 4.1 and 4.4. A <c>may_act</c> of another shape must not read as "anyone may"; an actor that
    /// can't be read must not vanish from the chain.
    /// </summary>
    private static Refusal? CheckActors(JsonElement json)
    {
        if (json.TryGetProperty("may_act", out var mayAct) && !IsParty(mayAct))
        {
            return Refuse("may_act is not an object with sub and iss as strings.");
        }

        var holder = json;
        for (var depth = 0; holder.TryGetProperty("act", out var actor); holder = actor)
        {
            if (!IsParty(actor))
            {
                return Refuse("act is not an object with sub and iss as strings.");
            }

            if (++depth > MaxActorDepth)
            {
                return new Refusal(RefusalReason.SubjectTokenChainTooLong, "act is nested too deeply.");
            }
        }

        return null;
    }

    private static bool IsParty(JsonElement party) =>
        party.ValueKind == JsonValueKind.Object
        && TryReadName(party, "sub", out _) && TryReadName(party, "iss", out _) && TryReadName(party, "client_id", out _);
}
