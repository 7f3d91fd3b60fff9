using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace ExchangeCluster.Samples.Shop.Measure;

/// <summary>One token on its way: who got it, how, and what it says.</summary>
/// <param name="From">The caller.</param>
/// <param name="To">The target.</param>
/// <param name="Obtained">In the words of the SDK, or what is done without it.</param>
/// <param name="Token">The token itself. This is a sample: elsewhere it is shown to nobody.</param>
/// <param name="Elapsed">Until the caller had it.</param>
internal sealed record Hop(string From, string To, string Obtained, string Token, TimeSpan Elapsed)
{
    public const string Forwarded = "forwarded";
    public const string CameIn = "incoming";

    public int Bytes => Token.Length;

    public JsonElement Claims => Decode(Token);

    /// <summary>How many requests to token services it took.</summary>
    public int TokenRequests => Obtained == nameof(Client.TokenOrigin.Exchanged) ? (To == "payment" ? 2 : 1) : 0;

    public static JsonElement Decode(string token) => JsonElement.Parse(Base64UrlEncoder.DecodeBytes(token.Split('.')[1]));
}
