using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions.Questions;

/// <summary>Reads a question from JSON, as docs/explain.md describes it. Strict: a typing error must not pass for a condition.</summary>
public static class QuestionReader
{
    private const string TypePrefix = "urn:ietf:params:oauth:token-type:";

    private static readonly ImmutableArray<string> SubjectTypes =
        [TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt, TokenTypeIdentifiers.IdToken, TokenTypeIdentifiers.Saml2];

    private static readonly ImmutableArray<string> RequestedTypes =
        [TokenTypeIdentifiers.AccessToken, TokenTypeIdentifiers.Jwt, TokenTypeIdentifiers.RefreshToken];

    /// <summary>Exactly one of the results is set.</summary>
    public static (Question? Question, string? Mistake) Read(ReadOnlyMemory<byte> json) => JsonMembers.ReadBody(json, Read);

    /// <exception cref="JsonMistakeException">A member is missing, or is not what it should be.</exception>
    public static Question Read(JsonMembers body) => new()
    {
        Client = body.Required("client"),
        Grant = body.Text("grant") is { } grant ? ReadGrant(body, grant) : Grants.TokenExchange,
        Targets = [.. body.Texts("target", TokenExchangeRequest.MaxTargets) ?? throw body.Mistake("target", "is missing")],
        Scope = ReadScope(body, "scope"),
        AuthorizationDetails = ReadDetails(body),
        RequestedTokenType = ReadType(body, "requested_token_type", RequestedTypes),
        Subject = body.Object("subject") is { } subject ? ReadToken(subject) : null,
        Actor = body.Object("actor") is { } actor ? ReadToken(actor) : null,
        KeyThumbprint = body.Text("dpop_thumbprint"),
        CertificateThumbprint = body.Text("certificate_thumbprint"),
        Refresh = body.Object("refresh") is { } refresh ? ReadRefresh(refresh) : null,
        At = ReadTime(body, "at"),
    };

    /// <summary>The type of a token by the last part of its identifier (RFC 8693 section 3); null when it is not there.</summary>
    public static string? ReadSubjectType(JsonMembers body, string name) => ReadType(body, name, SubjectTypes);

    private static string? ReadType(JsonMembers body, string name, ImmutableArray<string> known)
    {
        if (body.Text(name) is not { } text)
        {
            return null;
        }

        var type = text.StartsWith(TypePrefix, StringComparison.Ordinal) ? text : TypePrefix + text;
        return known.Contains(type)
            ? type
            : throw body.Mistake(name, $"is none of {string.Join(", ", known.Select(identifier => identifier[TypePrefix.Length..]))}");
    }

    private static Grants ReadGrant(JsonMembers body, string name) => GrantNames.Parse(name) is var grant and not Grants.None
        ? grant
        : throw body.Mistake("grant", $"is none of {GrantNames.TokenExchange}, {GrantNames.ClientCredentials}, {GrantNames.JwtBearer}");

    private static ScopeSet? ReadScope(JsonMembers body, string name) => body.Text(name) is not { } text ? null
        : ScopeSet.TryParse(text, out var scope) ? scope
        : throw body.Mistake(name, "is not a list of scopes");

    private static AuthorizationDetails? ReadDetails(JsonMembers body) => body.Raw(AuthorizationDetails.Name) is not { } json ? null
        : AuthorizationDetails.TryRead(json, out var details) ? details
        : throw body.Mistake(AuthorizationDetails.Name, "is not an array of objects with a type");

    private static DateTimeOffset? ReadTime(JsonMembers body, string name) =>
        body.Number(name, 1, DateTimeOffset.MaxValue.ToUnixTimeSeconds()) is { } seconds ? DateTimeOffset.FromUnixTimeSeconds(seconds) : null;

    private static DescribedToken ReadToken(JsonMembers json)
    {
        var claims = json.Raw("claims") ?? JsonElement.Parse("{}");
        if (claims.ValueKind != JsonValueKind.Object)
        {
            throw json.Mistake("claims", "is not an object");
        }

        var token = new DescribedToken(
            ReadSubjectType(json, "type") ?? TokenTypeIdentifiers.AccessToken,
            claims,
            json.Object("root") is { } root ? ReadRoot(root) : null,
            [.. (json.List("elevations", Lineage.MaxElevations) ?? []).Select(ReadElevation)],
            ReadTime(json, "refresh_until"));
        json.MustBeRead();
        return token;
    }

    private static DescribedRoot ReadRoot(JsonMembers json)
    {
        var root = new DescribedRoot(json.Required("iss"), json.Required("sub"));
        json.MustBeRead();
        return root;
    }

    private static Elevation ReadElevation(JsonMembers json)
    {
        var elevation = new Elevation(json.Required("scope"), json.Required("by"));
        json.MustBeRead();
        return elevation;
    }

    private static DescribedRefresh ReadRefresh(JsonMembers json)
    {
        var refresh = new DescribedRefresh(
            ReadTime(json, "started_at") ?? throw json.Mistake("started_at", "is missing"),
            ReadTime(json, "until") ?? throw json.Mistake("until", "is missing"),
            ReadScope(json, "scope") ?? ScopeSet.Empty,
            ReadDetails(json) ?? AuthorizationDetails.Empty);
        json.MustBeRead();
        return refresh;
    }
}
