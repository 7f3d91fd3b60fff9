namespace ExchangeCluster.Protocol;

/// <summary>How a service comes to a token for another one: an extension of ours; see docs/sharing-plan.md.</summary>
public static class SharingOutcomes
{
    /// <summary>It hands on the token that it received.</summary>
    public const string Reuse = "reuse";

    /// <summary>It takes the token out of the one that it received.</summary>
    public const string Embed = "embed";

    /// <summary>It asks for one (RFC 8693).</summary>
    public const string Exchange = "exchange";

    /// <summary>Not at all.</summary>
    public const string Deny = "deny";
}

/// <summary>Members of a sharing plan.</summary>
public static class SharingPlanMembers
{
    /// <summary>Whose plan it is.</summary>
    public const string Client = "client";

    /// <summary>The version of the policy that it was made of.</summary>
    public const string PolicyRevision = "policy_revision";

    /// <summary>Array of objects, one for each target.</summary>
    public const string Edges = "edges";

    /// <summary>The name of the target service.</summary>
    public const string Target = "target";

    /// <summary>Its <c>aud</c>.</summary>
    public const string Audience = "audience";

    /// <summary>One of <see cref="SharingOutcomes"/>.</summary>
    public const string Outcome = "outcome";

    /// <summary>Why, for people.</summary>
    public const string Reason = "reason";

    /// <summary>Array: the most that a token for the target may hold.</summary>
    public const string Scopes = "scopes";

    /// <summary>With <see cref="SharingOutcomes.Reuse"/>: array of the audiences that the token reaches by way of this edge.</summary>
    public const string Closure = "closure";
}
