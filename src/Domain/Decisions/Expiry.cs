using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Domain.Decisions;

/// <summary>
/// The least of what the subject token, the actor token, every rule and the policy allow, in whole seconds; for a refresh
/// token its own end stands for that of the tokens that it began with. Where a rule
/// demands a fresh authentication, what is issued dies with the freshness: an answer from memory must still be true. The
/// <c>exp</c> of an authorization grant says until when it may be presented (RFC 7523 section 3), so there rules may say
/// otherwise.
/// </summary>
internal ref struct Expiry
{
    /// <summary>A grant is used at once, and once: it needs no longer life, whatever the policy's maximum.</summary>
    private static readonly TimeSpan MaxGrantLifetime = TimeSpan.FromMinutes(1);

    private readonly ICollection<ExpiryCeiling>? ceilings;
    private DateTimeOffset at;
    private ExpirySource source;

    private Expiry(ICollection<ExpiryCeiling>? ceilings)
    {
        this.ceilings = ceilings;
        at = DateTimeOffset.MaxValue;
    }

    /// <param name="policy">Has a maximum.</param>
    /// <param name="format">What is issued.</param>
    /// <param name="refreshUntil">The end of the refresh token that is asked for, or by which the chain lives.</param>
    /// <param name="command">Holds the tokens.</param>
    /// <param name="rules">One for each target.</param>
    /// <param name="now">Lifetimes count from here.</param>
    /// <param name="source">Which ceiling it is; of equal ones the first.</param>
    /// <param name="ceilings">Gets every ceiling, for whoever explains; null: nobody asks.</param>
    public static DateTimeOffset Of(
        PolicySnapshot policy,
        TokenFormat format,
        DateTimeOffset? refreshUntil,
        ExchangeCommand command,
        AcceptRule[] rules,
        DateTimeOffset now,
        out ExpirySource source,
        ICollection<ExpiryCeiling>? ceilings = null)
    {
        var expiry = new Expiry(ceilings);
        expiry.Cap(ExpirySource.Policy, null, now + (format == TokenFormat.AuthorizationGrant ? MaxGrantLifetime : policy.MaxLifetime));
        expiry.Cap(ExpirySource.RefreshToken, null, refreshUntil);
        if (command.Refresh is null)
        {
            var subjectLimits = command.Grant != Grants.JwtBearer || Array.Exists(rules, rule => rule.Lifetime is null);
            expiry.Cap(ExpirySource.SubjectToken, null, subjectLimits ? command.Subject.ExpiresAt : null);
            expiry.Cap(ExpirySource.ActorToken, null, command.Actor?.ExpiresAt);
        }

        foreach (var rule in rules)
        {
            expiry.Cap(ExpirySource.Rule, rule, now + rule.Lifetime);
            expiry.Cap(ExpirySource.Authentication, rule, AuthenticationMatch.FreshUntil(rule.When, command.Subject.Claims));
        }

        source = expiry.source;
        return DateTimeOffset.FromUnixTimeSeconds(expiry.at.ToUnixTimeSeconds());
    }

    private void Cap(ExpirySource by, AcceptRule? rule, DateTimeOffset? until)
    {
        if (until is not { } end)
        {
            return;
        }

        ceilings?.Add(new ExpiryCeiling(by, rule?.Name, end));
        if (end < at)
        {
            (at, source) = (end, by);
        }
    }
}

/// <summary>What limits the life of an issued token.</summary>
public enum ExpirySource
{
    /// <summary>The policy's maximum, or that of an authorization grant.</summary>
    Policy,

    /// <summary>The end of the refresh token.</summary>
    RefreshToken,

    /// <summary>The end of the subject token; of one of ours, that is at most the end of every token before it.</summary>
    SubjectToken,

    /// <summary>The end of the actor token.</summary>
    ActorToken,

    /// <summary>The rule's <c>lifetime</c>.</summary>
    Rule,

    /// <summary>The rule's <c>max_age</c>: until when the user's authentication is fresh.</summary>
    Authentication,
}

/// <summary>One limit.</summary>
/// <param name="Source">Whose it is.</param>
/// <param name="Rule">The rule's name, for a limit of a rule.</param>
/// <param name="Until">The token lives at most until then.</param>
public sealed record ExpiryCeiling(ExpirySource Source, string? Rule, DateTimeOffset Until);
