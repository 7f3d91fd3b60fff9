using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Grains.Subjects;

namespace ExchangeCluster.Grains.Auditing;

/// <summary>What an audit tells of a decision: made once, and told again for every answer from memory.</summary>
public sealed class DecisionFacts
{
    private byte[]? text;

    /// <summary>The authenticated client; null when nobody was authenticated.</summary>
    public required string? Client { get; init; }

    /// <summary>Null when the request did not come as far, and once it has been told.</summary>
    public ExchangeCommand? Command { get; private set; }

    /// <summary>Null for an issued token.</summary>
    public Refusal? Refusal { get; init; }

    /// <summary>Null for a refusal.</summary>
    public IssuedToken? Token { get; private set; }

    public Issuance? Issuance { get; init; }

    /// <summary>Null when no state was there to decide under.</summary>
    public long? PolicyRevision { get; init; }

    /// <summary>For handles of people.</summary>
    public ClusterSecret? Secret { get; init; }

    public static DecisionFacts Issued(ExchangeCommand command, SubjectReply.Issued issued, long policyRevision, ClusterSecret secret) => new()
    {
        Client = command.Client,
        Command = command,
        Token = issued.Token,
        Issuance = issued.Issuance,
        PolicyRevision = policyRevision,
        Secret = secret,
    };

    /// <param name="client">Null when nobody was authenticated.</param>
    /// <param name="command">Null when the request did not come as far.</param>
    /// <param name="refusal">As the caller was told, with the detail for the operator.</param>
    /// <param name="policyRevision">Null when no state was there to decide under.</param>
    /// <param name="secret">Set with a command.</param>
    public static DecisionFacts Refused(
        string? client, ExchangeCommand? command, Refusal refusal, long? policyRevision = null, ClusterSecret? secret = null) => new()
        {
            Client = client,
            Command = command,
            Refusal = refusal,
            PolicyRevision = policyRevision,
            Secret = secret,
        };

    /// <summary>
    /// The members of the audit's JSON object that don't change from one answer to the next. What they were made of is let go:
    /// a memory of answers keeps these facts for long. For one reader.
    /// </summary>
    public ReadOnlySpan<byte> Text()
    {
        if (text is null)
        {
            text = AuditText.MembersOf(this);
            (Command, Token) = (null, null);
        }

        return text;
    }
}
