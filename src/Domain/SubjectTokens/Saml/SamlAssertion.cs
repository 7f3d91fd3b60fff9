using System.Collections.Immutable;

namespace ExchangeCluster.Domain.SubjectTokens.Saml;

/// <summary>What a verified assertion says, each part of the right form; what it is worth is decided elsewhere.</summary>
internal sealed class SamlAssertion
{
    public required string Id { get; init; }

    public required DateTimeOffset IssuedAt { get; init; }

    public required SamlName Name { get; init; }

    public required ImmutableArray<SamlConfirmation> Confirmations { get; init; }

    public required DateTimeOffset? NotBefore { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>Each must be met, by one of its audiences.</summary>
    public required ImmutableArray<ImmutableArray<string>> AudienceRestrictions { get; init; }

    /// <summary>True with a condition that asks more of us than to compare: OneTimeUse or ProxyRestriction.</summary>
    public required bool IsRestricted { get; init; }

    public required SamlAuthentication? Authentication { get; init; }

    public required ImmutableArray<SamlAttribute> Attributes { get; init; }
}

/// <summary>A NameID; the qualifiers are null when absent.</summary>
internal sealed record SamlName(string Value, string Format, string? Qualifier, string? ServiceQualifier);

/// <summary>How the presenter may prove to be entitled; without data only by the method.</summary>
internal sealed record SamlConfirmation(string Method, bool HasData, string? Recipient, DateTimeOffset? NotBefore, DateTimeOffset? ExpiresAt);

/// <summary>The AuthnStatement.</summary>
internal sealed record SamlAuthentication(DateTimeOffset At, string? Context, string? Session, DateTimeOffset? SessionExpiresAt);

internal sealed record SamlAttribute(string Name, ImmutableArray<string> Values);
