namespace ExchangeCluster.Protocol;

/// <summary>
/// The claim by which a token carries others: an object from the name of each target to an object with its token. An extension
/// of ours; see docs/embedding.md.
/// </summary>
public static class EmbeddedTokens
{
    public const string ClaimName = "embedded_tokens";

    /// <summary>Member of an entry: the token as a compact JWS. An entry without it is not for the reader.</summary>
    public const string TokenMember = "token";
}
