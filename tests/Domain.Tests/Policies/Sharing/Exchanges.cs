using System.Collections.Immutable;
using System.Text.Json;
using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Domain.Tests.Decisions;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Policies.Sharing;

/// <summary>Tokens decided, minted and read back as the service does it.</summary>
internal static class Exchanges
{
    public static readonly Guid Incarnation = new("00112233-4455-6677-8899-aabbccddeeff");

    public static readonly KeyRing Ring = KeyRing.Create(KeyRotation.Plan(null, Subjects.Now, new KeyRotationSettings()));

    public static ValidatedToken Login(string scope, string claims = "{}", int lifetimeSeconds = 3600) =>
        Subjects.Foreign("https://a.example", scope, claims: claims, lifetimeSeconds: lifetimeSeconds);

    public static MintContext ContextOf(PolicySnapshot policy) => new(policy.Issuer, policy.Revision, Incarnation, 1);

    /// <summary>What the client gets for the token, as whoever receives it presents it.</summary>
    public static ValidatedToken Exchange(PolicySnapshot policy, string client, ValidatedToken subject, string target) =>
        Read(policy, Mint(policy, Subjects.Command(client, subject, target)));

    public static SensitiveText Mint(PolicySnapshot policy, ExchangeCommand command) => TokenMinter.Mint(
        Decider.Decide(policy, command, Subjects.Now).Token, command, Ring, ContextOf(policy), Subjects.Now).Token;

    public static ValidatedToken Read(PolicySnapshot policy, SensitiveText token)
    {
        var outcome = SubjectTokenValidator.Validate(
            token.Reveal(), TokenTypeIdentifiers.AccessToken, policy, ImmutableDictionary<string, KeySet>.Empty, Ring, Subjects.Now);
        Assert.Null(outcome.Refusal);
        return outcome.Token!;
    }

    public static JsonElement ClaimsOf(string jwt) => JsonElement.Parse(TestKit.TestJws.Part(jwt, 1));
}
