namespace ExchangeCluster.Protocol;

/// <summary>
/// An expected protocol failure: what the caller is told (RFC 6749 section 5.2). The description never echoes input.
/// </summary>
public sealed record TokenError(string Code, string Description)
{
    /// <summary>Set with <see cref="ErrorCodes.InsufficientUserAuthentication"/> only.</summary>
    public StepUp? StepUp { get; init; }
}
