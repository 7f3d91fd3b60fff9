using System.Text.Json;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// A well-formed compact JWS (RFC 7515 section 3.1) whose payload is a JSON object. Nothing of it is verified yet.
/// </summary>
internal sealed class Jws
{
    public required JwsHeader Header { get; init; }

    public required JsonElement Claims { get; init; }

    public required byte[] Signature { get; init; }

    /// <summary>ASCII of <c>header.payload</c>: what the signature covers.</summary>
    public required byte[] SigningInput { get; init; }
}

/// <summary>The header members that mean something here (RFC 7515 section 4.1).</summary>
/// <param name="Algorithm">One of <see cref="JwsAlgorithms"/>.</param>
/// <param name="KeyId">Null when absent.</param>
/// <param name="Type">The media type as <see cref="TokenMediaType"/> writes it; null when absent.</param>
internal readonly record struct JwsHeader(string Algorithm, string? KeyId, string? Type);
