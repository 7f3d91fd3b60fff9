using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>The <c>sub</c> of an issued token.</summary>
internal static class SubjectName
{
    /// <param name="policy">Knows the prefixes.</param>
    /// <param name="token">The presented token.</param>
    /// <param name="pairwise">What the rule says.</param>
    /// <param name="subject">Null when the minter makes the pairwise pseudonym.</param>
    public static Refusal? Resolve(PolicySnapshot policy, ValidatedToken token, bool pairwise, out string? subject)
    {
        subject = null;
        if (token.Root.Issuer == policy.Issuer)
        {
            // A client, under the name by which we know it.
            subject = pairwise ? null : token.Subject;
            return null;
        }

        if (!policy.TrustedIssuers.TryGetValue(token.Root.Issuer, out var root))
        {
            return new Refusal(RefusalReason.SubjectTokenIssuerUnknown, "The chain began with an issuer that is no longer trusted.");
        }

        if (root.SubjectPrefix.Length == 0 && TakesPrefixOfAnother(policy, token.Root.Subject))
        {
            return new Refusal(RefusalReason.SubjectTokenSubjectRefused, "The subject begins with the subject_prefix of another issuer.");
        }

        // RFC 9068 section 5: a person must not pass for a client whose own token has that sub.
        if (policy.Services.ContainsKey(root.SubjectPrefix + token.Root.Subject))
        {
            return new Refusal(RefusalReason.SubjectTokenSubjectRefused, "The subject has the name of a service.");
        }

        if (!pairwise)
        {
            // A pseudonym stays one: a service that holds only a pseudonym can't turn it back into the subject.
            subject = token.Lineage is null ? root.SubjectPrefix + token.Root.Subject : token.Subject;
        }

        return null;
    }

    private static bool TakesPrefixOfAnother(PolicySnapshot policy, string subject)
    {
        foreach (var issuer in policy.TrustedIssuers.Values)
        {
            if (issuer.SubjectPrefix.Length != 0 && subject.StartsWith(issuer.SubjectPrefix, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
