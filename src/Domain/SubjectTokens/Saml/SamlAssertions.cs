using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>
/// Validates a SAML 2.0 assertion (RFC 8693 section 3, by the rules of RFC 7522 section 3 where they apply): of a trusted
/// issuer whose entry says that it issues assertions, and how they are to be read.
/// </summary>
internal static class SamlAssertions
{
    /// <summary>Longest ID, in characters: it becomes the <c>jti</c>.</summary>
    private const int MaxIdLength = 256;

    public static Refusal? Validate(
        string token, PolicySnapshot policy, IReadOnlyDictionary<string, KeySet> issuerKeys, ClusterSecret secret, DateTimeOffset now, out ValidatedToken? validated)
    {
        validated = null;
        if (SamlReader.Read(token, out var root) is { } malformed)
        {
            return malformed;
        }

        var name = SamlAssertionReader.IssuerOf(root!);
        if (!policy.TrustedIssuers.TryGetValue(name, out var issuer) || issuer.Saml is not { } saml)
        {
            return new Refusal(RefusalReason.SubjectTokenIssuerUnknown, "Issuer is no trusted issuer of assertions.");
        }

        if (SamlSignature.Verify(root!, issuerKeys.GetValueOrDefault(name), issuer.Algorithms, now) is { } unverified)
        {
            return unverified;
        }

        SamlAssertion assertion;
        try
        {
            assertion = SamlAssertionReader.Read(root!);
        }
        catch (FormatException e)
        {
            return new Refusal(RefusalReason.SubjectTokenMalformed, e.Message);
        }

        var audiences = AudiencesOf(assertion);
        DateTimeOffset? confirmedUntil = null;
        var refusal = CheckConditions(assertion, audiences, issuer)
            ?? CheckName(assertion, issuer, saml)
            ?? CheckConfirmation(assertion, saml, policy, now, out confirmedUntil)
            ?? CheckAttributes(assertion, saml);
        if (refusal is not null)
        {
            return refusal;
        }

        var claims = new RegisteredClaims
        {
            Subject = assertion.Name.Value,
            Audiences = audiences,
            ClientId = null,
            Scope = saml.Scopes,
            JwtId = assertion.Id,
            Session = assertion.Authentication?.Session,
            ExpiresAt = Earliest(assertion.ExpiresAt, confirmedUntil, assertion.Authentication?.SessionExpiresAt),
            IssuedAt = assertion.IssuedAt,
            NotBefore = assertion.NotBefore,
        };
        refusal = LifetimeChecks.Check(claims, now) ?? LifetimeChecks.CheckLength(claims, issuer.MaxLifetime);
        validated = refusal is null ? SamlClaims.ToValidated(assertion, claims, issuer.Issuer, saml, secret) : null;
        return refusal;
    }

    /// <summary>Who is meant by every restriction.</summary>
    private static ImmutableArray<string> AudiencesOf(SamlAssertion assertion) =>
        [.. assertion.AudienceRestrictions[0].Distinct(StringComparer.Ordinal).Where(audience => assertion.AudienceRestrictions.All(all => all.Contains(audience)))];

    private static Refusal? CheckConditions(SamlAssertion assertion, ImmutableArray<string> audiences, TrustedIssuer issuer) =>
        assertion.Id.Length > MaxIdLength
            ? new Refusal(RefusalReason.SubjectTokenClaimsRefused, "ID is longer than 256 characters.")
        : assertion.IsRestricted
            ? new Refusal(RefusalReason.SubjectTokenClaimsRefused, "The assertion is for one use, or not to be built on.")
        : !audiences.Any(audience => issuer.Audiences.Contains(audience))
            ? new Refusal(RefusalReason.SubjectTokenAudienceRefused, "The assertion is for none of the issuer's audiences.")
        : null;

    /// <summary>A name means something only in its format and under its qualifiers: of each there is one, so that no two people share a name.</summary>
    private static Refusal? CheckName(SamlAssertion assertion, TrustedIssuer issuer, SamlTrust saml)
    {
        var name = assertion.Name;
        return name.Value.Length is 0 or > ClaimReader.MaxSubjectLength || name.Value.Any(char.IsControl) || name.Value.Trim() != name.Value
                ? new Refusal(RefusalReason.SubjectTokenSubjectRefused, "NameID is not 1 to 1024 characters without control characters and outer spaces.")
            : name.Format != saml.NameIdFormat
                ? new Refusal(RefusalReason.SubjectTokenSubjectRefused, "NameID has another format than the policy says.")
            : (name.Qualifier ?? issuer.Issuer) != issuer.Issuer || (name.ServiceQualifier is { } service && !issuer.Audiences.Contains(service))
                ? new Refusal(RefusalReason.SubjectTokenSubjectRefused, "NameID is qualified by others than the issuer and its audiences.")
            : null;
    }

    /// <summary>Who holds the assertion may use it; one that is bound to a key, or that another party vouches for, is not that.</summary>
    private static Refusal? CheckConfirmation(
        SamlAssertion assertion, SamlTrust saml, PolicySnapshot policy, DateTimeOffset now, out DateTimeOffset? until)
    {
        until = null;
        var ours = TokenEndpointUri.Of(policy).AbsoluteUri;
        foreach (var confirmation in assertion.Confirmations)
        {
            if (confirmation.Method != SamlNames.Bearer)
            {
                return new Refusal(RefusalReason.SubjectTokenBound, "A subject confirmation is not by bearer.");
            }

            // RFC 7522 section 3, item 5.
            var isForUs = !confirmation.HasData || (confirmation.Recipient is { } recipient && (recipient == ours || saml.Recipients.Contains(recipient)));
            if (isForUs && confirmation.NotBefore is null && (confirmation.ExpiresAt is null || confirmation.ExpiresAt > now))
            {
                until = confirmation.ExpiresAt ?? assertion.ExpiresAt;
                return null;
            }
        }

        return new Refusal(RefusalReason.SubjectTokenAudienceRefused, "No subject confirmation is for our token endpoint or a recipient of the policy, and still good.");
    }

    private static Refusal? CheckAttributes(SamlAssertion assertion, SamlTrust saml) =>
        saml.Attributes.Any(mapping => assertion.Attributes.Count(attribute => attribute.Name == mapping.Value) > 1)
            ? new Refusal(RefusalReason.SubjectTokenClaimsRefused, "An attribute of the policy occurs twice.")
            : null;

    private static DateTimeOffset Earliest(DateTimeOffset one, DateTimeOffset? two, DateTimeOffset? three)
    {
        one = two < one ? two.Value : one;
        return three < one ? three.Value : one;
    }
}
