using System.Buffers;
using System.Collections.Frozen;
using System.Text.Encodings.Web;
using System.Text.Json;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Introspection;

/// <summary>
/// What a caller learns of a token (RFC 7662 section 2.2): its claims, or that it is not active and not a word more.
/// </summary>
public sealed class IntrospectionResponse
{
    private const string ActiveMember = "active";

    /// <summary>Members of the response that a claim may not stand for.</summary>
    private static readonly FrozenSet<string> OwnMembers =
        FrozenSet.Create(StringComparer.Ordinal, ActiveMember, ParameterNames.TokenType);

    // The text is JSON for machines, never part of HTML.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ValidatedToken? token;

    private IntrospectionResponse(ValidatedToken? token) => this.token = token;

    public static IntrospectionResponse Inactive { get; } = new(null);

    public bool IsActive => token is not null;

    /// <summary>
    /// Active only for a service that the token is meant for, or for the client that it was issued to: to anyone else it is
    /// none of their business (RFC 7662 section 4).
    /// </summary>
    /// <param name="token">A token of ours that is valid and not revoked; null: there is none.</param>
    /// <param name="caller">Who asks.</param>
    public static IntrospectionResponse Of(ValidatedToken? token, Service caller) =>
        token is not null && (token.Audiences.Contains(caller.Audience) || token.ClientId == caller.Name)
            ? new IntrospectionResponse(token)
            : Inactive;

    /// <summary>The response as UTF-8 JSON.</summary>
    public ReadOnlyMemory<byte> ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            WriteTo(json);
        }

        return buffer.WrittenMemory;
    }

    private static string TokenTypeOf(ValidatedToken token) =>
        token.TokenType == TokenTypeIdentifiers.RefreshToken ? AccessTokenTypes.NotApplicable
        : Confirmation.Of(token.Claims) is { IsDpop: true } ? AccessTokenTypes.Dpop
        : AccessTokenTypes.Bearer;

    internal void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteBoolean(ActiveMember, IsActive);
        if (token is not null)
        {
            json.WriteString(ParameterNames.TokenType, TokenTypeOf(token));
            foreach (var claim in token.Claims.EnumerateObject().Where(claim => !OwnMembers.Contains(claim.Name)))
            {
                claim.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }
}
