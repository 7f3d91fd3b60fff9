namespace ExchangeCluster.Contracts;

/// <summary>
/// A token exchange request (RFC 8693 section 2.1) with the credentials of the client that makes it: either
/// <see cref="ClientId"/> and <see cref="ClientSecret"/>, or <see cref="ClientAssertion"/>. Values are as the form of the
/// token endpoint would carry them, decoded; null and empty mean absent. It prints nothing of what it holds.
/// </summary>
[GenerateSerializer, Immutable, Alias("ExchangeCluster.ExchangeMessage")]
public sealed class ExchangeMessage
{
    /// <summary>The client. Optional with an assertion.</summary>
    [Id(0)]
    public string? ClientId { get; init; }

    /// <summary>A secret.</summary>
    [Id(1)]
    public string? ClientSecret { get; init; }

    /// <summary>A JWT of RFC 7523 section 2.2, signed by the client. A secret while it is valid.</summary>
    [Id(2)]
    public string? ClientAssertion { get; init; }

    /// <summary>A secret.</summary>
    [Id(3)]
    public string? SubjectToken { get; init; }

    /// <summary>A token type identifier of RFC 8693 section 3.</summary>
    [Id(4)]
    public string? SubjectTokenType { get; init; }

    /// <summary>A secret.</summary>
    [Id(5)]
    public string? ActorToken { get; init; }

    /// <summary>A token type identifier of RFC 8693 section 3.</summary>
    [Id(6)]
    public string? ActorTokenType { get; init; }

    /// <summary>A token type identifier of RFC 8693 section 3; absent: an access token.</summary>
    [Id(7)]
    public string? RequestedTokenType { get; init; }

    /// <summary>Logical names of target services.</summary>
    [Id(8)]
    public string[]? Audience { get; init; }

    /// <summary>Absolute URIs of target services.</summary>
    [Id(9)]
    public string[]? Resource { get; init; }

    /// <summary>Scope tokens separated by single spaces; absent: what the rules grant by default.</summary>
    [Id(10)]
    public string? Scope { get; init; }

    /// <summary>A JSON array of authorization details (RFC 9396 section 2); absent: what the rules grant by default.</summary>
    [Id(11)]
    public string? AuthorizationDetails { get; init; }

    /// <summary>
    /// A DPoP proof (RFC 9449 section 4.2) for a POST to the token endpoint. A secret while it is valid; absent: what is issued
    /// is bound to no key.
    /// </summary>
    [Id(12)]
    public string? DpopProof { get; init; }

    /// <summary>A constant: the values stay hidden.</summary>
    public override string ToString() => nameof(ExchangeMessage);
}
