using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.TestKit;
using Xunit;

namespace ExchangeCluster.Domain.Tests.SubjectTokens;

/// <summary>Which keys may verify a token: those of its issuer, while they are fresh.</summary>
public sealed class KeyChoiceTests
{
    [Fact]
    public void Fault_T33_Refuses_a_token_of_one_issuer_signed_by_another_and_accepts_the_others_own()
    {
        Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, Scene.Login.Token(Scene.Now, key: Scene.Partner.Key));
        Scene.Refuses(RefusalReason.SubjectTokenSignatureInvalid, Scene.Partner.Token(Scene.Now, key: Scene.Login.Key));

        Assert.Equal(Scene.Partner.Issuer, Scene.Accepts(Scene.Partner.Token(Scene.Now)).Issuer);
        Assert.Equal(Scene.Login.Issuer, Scene.Accepts(Scene.Login.Token(Scene.Now)).Issuer);
    }

    [Fact]
    public void Fault_T33_Refuses_a_kid_that_only_another_issuer_has() =>
        Scene.Refuses(RefusalReason.SubjectTokenKeyUnknown, Scene.Partner.Token(Scene.Now, key: Scene.Rs256));

    [Fact]
    public void Fault_T32_Refuses_a_token_of_a_refused_key_and_accepts_those_of_the_others()
    {
        var small = TestKey.Create("RS256", "small", rsaBits: 1024);
        var issuer = new TestIssuer(Scene.Login.Issuer, small, Scene.Es256);
        var keys = new Dictionary<string, KeySet> { [issuer.Issuer] = issuer.KeySet(Scene.Now) };

        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, Scene.Validate(issuer.Token(Scene.Now), issuerKeys: keys));
        Scene.Accepted(Scene.Validate(issuer.Token(Scene.Now, key: Scene.Es256), issuerKeys: keys));
    }

    [Fact]
    public void Refuses_every_token_of_an_issuer_whose_keys_are_too_old_and_asks_for_newer_ones()
    {
        var keys = new Dictionary<string, KeySet> { [Scene.Login.Issuer] = Scene.Login.KeySet(Scene.Now, TimeSpan.FromMinutes(1)) };

        Scene.Accepted(Scene.Validate(Scene.TokenWith(), issuerKeys: keys, now: Scene.Now.AddSeconds(60)));
        var outcome = Scene.Validate(Scene.TokenWith(), issuerKeys: keys, now: Scene.Now.AddSeconds(61));
        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, outcome);
        Assert.Equal(Scene.Login.Issuer, outcome.RefreshIssuer);
    }

    [Fact]
    public void Refuses_every_token_of_an_issuer_whose_keys_never_came_and_asks_for_them()
    {
        var outcome = Scene.Validate(Scene.TokenWith(), issuerKeys: new Dictionary<string, KeySet>());

        Scene.Refused(RefusalReason.SubjectTokenKeyUnknown, outcome);
        Assert.Equal(Scene.Login.Issuer, outcome.RefreshIssuer);
    }

    [Fact]
    public void Asks_for_newer_keys_only_when_they_may_help()
    {
        Assert.Null(Scene.Validate(TestJws.WithSignature(Scene.TokenWith(), new byte[64])).RefreshIssuer);
        Assert.Null(Scene.Validate(Scene.TokenWith(header: h => h["alg"] = "ES512")).RefreshIssuer);
        Assert.Null(Scene.Validate(Scene.TokenWith(header: h => (h["kid"], h["typ"]) = ("new", "dpop+jwt"))).RefreshIssuer);
        Assert.Equal(Scene.Login.Issuer, Scene.Validate(Scene.TokenWith(header: h => h["kid"] = "new")).RefreshIssuer);
    }
}
