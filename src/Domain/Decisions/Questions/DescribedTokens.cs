using System.Text.Json;
using System.Text.Json.Nodes;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Decisions.Questions;

/// <summary>
/// Makes a token of its description, by the checks of claims that a real one passes. It has no identity, so that nothing can be
/// revoked by it or minted for it.
/// </summary>
internal static class DescribedTokens
{
    private const string Somebody = "somebody";

    public static Refusal? Read(DescribedToken described, PolicySnapshot policy, Service client, DateTimeOffset now, out ValidatedToken? token)
    {
        token = null;
        if (!described.Claims.TryGetProperty("iss", out _))
        {
            described = WithIssuer(described, policy, client);
        }

        var json = Complete(described, client, now);
        var refusal = ClaimReader.Read(json, out var claims) ?? LifetimeChecks.Check(claims!, now);
        if (refusal is not null)
        {
            return refusal;
        }

        var issuer = json.TryGetProperty("iss", out var iss) && iss.ValueKind == JsonValueKind.String ? iss.GetString()! : "";
        if (issuer == policy.Issuer)
        {
            token = ForeignTokens.ToValidated(described.Type, issuer, claims!, json, default, LineageOf(described, issuer, claims!, policy));
            return null;
        }

        if (!policy.TrustedIssuers.TryGetValue(issuer, out var trusted))
        {
            return new Refusal(RefusalReason.SubjectTokenIssuerUnknown, "iss is no trusted issuer.");
        }

        if (!claims!.Audiences.Any(trusted.Audiences.Contains) && described.Type != TokenTypeIdentifiers.Saml2)
        {
            return new Refusal(RefusalReason.SubjectTokenAudienceRefused, "aud has none of the issuer's audiences.");
        }

        token = ForeignTokens.ToValidated(described.Type, issuer, claims, json, default, lineage: null);
        return null;
    }

    /// <summary>
    /// Of a trusted issuer where the client is one of its audiences; else one of ours, whose chain began with a trusted issuer.
    /// </summary>
    private static DescribedToken WithIssuer(DescribedToken described, PolicySnapshot policy, Service client)
    {
        var issuers = policy.TrustedIssuers.Values.OrderBy(issuer => issuer.Issuer, StringComparer.Ordinal).ToArray();
        var own = Array.Find(issuers, issuer => issuer.Audiences.Contains(client.Audience));
        var claims = JsonObject.Create(described.Claims)!;
        claims["iss"] = own?.Issuer ?? policy.Issuer;
        return described with
        {
            Claims = JsonSerializer.SerializeToElement(claims),
            Root = own is null && issuers is [var first, ..] ? described.Root ?? new DescribedRoot(first.Issuer, Somebody) : described.Root,
        };
    }

    /// <summary>With what every token has: somebody, the client as its audience, and an hour from now on.</summary>
    private static JsonElement Complete(DescribedToken described, Service client, DateTimeOffset now)
    {
        var claims = JsonObject.Create(described.Claims)!;
        claims.TryAdd("sub", Somebody);
        claims.TryAdd("aud", client.Audience);
        claims.TryAdd("iat", now.ToUnixTimeSeconds());
        claims.TryAdd("exp", (now + TimeSpan.FromHours(1)).ToUnixTimeSeconds());
        return JsonSerializer.SerializeToElement(claims);
    }

    private static Lineage LineageOf(DescribedToken described, string issuer, RegisteredClaims claims, PolicySnapshot policy) => new()
    {
        Root = described.Root is { } root ? RootOf(root.Issuer, root.Subject, claims) : RootOf(issuer, claims.Subject, claims),
        Ancestors = [],
        Hops = [],
        Elevations = described.Elevations,
        RefreshUntil = described.RefreshUntil,
        PolicyRevision = policy.Revision,
        RevocationIncarnation = Guid.Empty,
        RevocationEpoch = 0,
    };

    private static RootSubject RootOf(string issuer, string subject, RegisteredClaims claims) =>
        new(issuer, subject, claims.Session, claims.IssuedAt, default);
}
