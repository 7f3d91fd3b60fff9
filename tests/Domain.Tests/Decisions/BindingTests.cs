using ExchangeCluster.Domain.Decisions;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Domain.Tests.Policies;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Decisions;

/// <summary>Tokens bound to a key or a certificate: what is issued for one is bound as well.</summary>
public sealed class BindingTests
{
    private const string A = "https://a.example";

    private static readonly Confirmation Key = Confirmation.OfKey(new('1', 43));

    private static readonly Confirmation OtherKey = Confirmation.OfKey(new('2', 43));

    /// <summary>Its thumbprint is that of a key as well: they are two bindings nevertheless.</summary>
    private static readonly Confirmation Certificate = Confirmation.OfCertificate(new('1', 43));

    private static readonly Confirmation OtherCertificate = Confirmation.OfCertificate(new('2', 43));

    private static readonly PolicySnapshot Policy = PolicyTexts.Compile("""
        revision: 1
        issuer: https://sts.example
        trusted_issuers:
          - { issuer: https://login.example, audiences: [https://a.example], max_lifetime: 1h }
        services:
          a: { domain: x, audience: https://a.example, scopes: [read] }
          plain: { domain: x, audience: https://plain.example, scopes: [read], accepts: [{ from: a, scopes: [read], when: { actor: { presence: allowed, issuer: "https://login.example" } } }] }
          moved: { domain: x, audience: https://moved.example, scopes: [read], accepts: [{ from: a, scopes: [read], rebind: allowed }] }
          strict: { domain: x, audience: https://strict.example, scopes: [read], dpop: required, accepts: [{ from: a, scopes: [read] }] }
          certified: { domain: x, audience: https://certified.example, scopes: [read], certificate_binding: required, accepts: [{ from: a, scopes: [read] }] }
          certified-moved: { domain: x, audience: https://cm.example, scopes: [read], certificate_binding: required, accepts: [{ from: a, scopes: [read], rebind: allowed }] }
        """);

    [Fact]
    public void Fault_Z26_Issues_for_a_bound_subject_only_with_its_key_or_where_the_rule_lets_it_move()
    {
        Confirmation?[] subjects = [null, Key, OtherKey, Certificate, OtherCertificate];
        foreach (var target in new[] { "plain", "moved", "strict", "certified", "certified-moved", "moved plain", "certified plain" })
        {
            foreach (var (subject, key, certificate) in
                from subject in subjects from key in new[] { null, Key } from certificate in new[] { null, Certificate } select (subject, key, certificate))
            {
                var issued = Decide(target, subject, key, certificate);

                Assert.Equal(Expected(target, subject, key, certificate), (issued.IsGranted, issued.IsGranted ? issued.Token.Binding : null));
            }
        }
    }

    [Theory]
    [InlineData("plain", false, null)]
    [InlineData("plain", true, "jkt")]
    [InlineData("certified", false, "x5t#S256")]
    [InlineData("certified", true, "x5t#S256")]
    [InlineData("strict", true, "jkt")]
    public void Binds_to_what_the_target_wants_and_to_a_certificate_only_then(string target, bool withProof, string? member) =>
        Assert.Equal(member, Decide(target, null, withProof ? Key : null, Certificate).Token.Binding?.Member);

    [Fact]
    public void Fault_T31_Refuses_a_bound_subject_without_proof()
    {
        Assert.Equal(RefusalReason.SubjectTokenBound, ReasonOf(Decide("moved", Key, null, null)));
        Assert.Equal(RefusalReason.SubjectTokenBound, ReasonOf(Decide("moved", Certificate, null, null)));
    }

    [Fact]
    public void Refuses_an_unbound_token_for_a_target_that_requires_proof()
    {
        Assert.Equal(RefusalReason.DpopProofMissing, ReasonOf(Decide("strict", null, null, Certificate)));
        Assert.Equal(RefusalReason.ClientCertificateMissing, ReasonOf(Decide("certified", null, Key, null)));
    }

    [Fact]
    public void Refuses_one_token_for_targets_that_want_two_bindings() =>
        Assert.Equal(RefusalReason.TargetsDoNotCombine, ReasonOf(Decide("certified strict", null, Key, Certificate)));

    [Fact]
    public void Refuses_a_service_that_wants_two_bindings() => Assert.Equal(
        "policy.yaml:7:85: tokens would be bound by DPoP and to a certificate, expected one of the two",
        Assert.Single(PolicyTexts.MistakesOf(PolicyTexts.Of("b: { domain: x, audience: https://b.example, dpop: required, certificate_binding: required }"))));

    [Fact]
    public void Refuses_a_bound_actor_without_its_key()
    {
        foreach (var (held, key, certificate) in new[] { (Key, OtherKey, Certificate), (Certificate, Key, OtherCertificate), (Certificate, Key, null) })
        {
            var actor = Subjects.Foreign(A, "read", subject: "bob", claims: Cnf(held), handle: 2);

            Assert.Equal(RefusalReason.ActorTokenRefused, ReasonOf(Decider.Decide(Policy, Command("plain", null, key, certificate, actor), Subjects.Now)));
            Assert.True(Decider.Decide(Policy, Command("plain", null, Key, Certificate, actor), Subjects.Now).IsGranted);
        }
    }

    /// <summary>The rule in other words: what the target wants, else the proof that was sent, else what the subject has.</summary>
    private static (bool IsIssued, Confirmation? Binding) Expected(string target, Confirmation? subject, Confirmation? key, Confirmation? certificate)
    {
        var mayMove = target is "moved" or "certified-moved";
        var own = target.StartsWith("certified", StringComparison.Ordinal) ? certificate : key;
        var isMissing = (target == "strict" && key is null) || (target.StartsWith("certified", StringComparison.Ordinal) && certificate is null);
        var keeps = subject is null || (subject == own) || (own is null && subject == certificate);
        var moves = mayMove && (own ?? certificate) is not null;
        return isMissing || !(keeps || moves) ? (false, null)
            : (true, own ?? (subject is null ? null : certificate));
    }

    private static RefusalReason ReasonOf(Decision decision) => decision.Refusal!.Reason;

    private static Decision Decide(string target, Confirmation? subject, Confirmation? key, Confirmation? certificate) =>
        Decider.Decide(Policy, Command(target, subject, key, certificate), Subjects.Now);

    private static ExchangeCommand Command(
        string target, Confirmation? subject, Confirmation? key, Confirmation? certificate, Domain.SubjectTokens.ValidatedToken? actor = null) => new()
        {
            Client = "a",
            Subject = Subjects.Foreign(A, "read", claims: Cnf(subject)),
            Actor = actor,
            Confirmation = key,
            CertificateThumbprint = certificate?.Thumbprint,
            Targets = [.. target.Split(' ')],
            RequestedScope = null,
            RequestedTokenType = Protocol.TokenTypeIdentifiers.AccessToken,
        };

    private static string Cnf(Confirmation? key) => key is null ? "{}" : $$$"""{"cnf":{"{{{key.Member}}}":"{{{key.Thumbprint}}}"}}""";
}
