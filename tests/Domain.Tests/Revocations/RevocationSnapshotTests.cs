using ExchangeCluster.Domain.Minting;
using ExchangeCluster.Domain.Revocations;
using ExchangeCluster.Domain.SubjectTokens;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Revocations;

public sealed class RevocationSnapshotTests
{
    private const string Login = "https://login.shop.example";

    [Fact]
    public void Accepts_everything_while_nothing_is_revoked()
    {
        Assert.False(Chains.Snapshot().Covers(Chains.Foreign()));
        Assert.False(Chains.Snapshot().Covers(Chains.Exchange(Chains.Foreign(), "web", "orders", 3)));
    }

    [Fact]
    public void Refuses_a_token_of_ours_from_another_incarnation_of_the_log() =>
        Assert.True(Chains.Snapshot().Covers(Chains.Exchange(Chains.Foreign(), "web", "orders", 3, incarnation: Guid.Empty)));

    [Theory]
    [InlineData(-3600, true)]
    [InlineData(0, true)]
    [InlineData(30, true)]
    [InlineData(31, false)]
    public void Fault_R14_Compares_a_foreign_token_by_its_date_and_the_skew(int issuedAfterSeconds, bool isCovered)
    {
        var token = Chains.Foreign(issuedAt: Chains.Now.AddSeconds(issuedAfterSeconds));

        Assert.Equal(isCovered, token.IsCoveredBy(RevocationTarget.Subject(Login, "alice", Chains.Secret)));
        Assert.Equal(isCovered, token.IsCoveredBy(RevocationTarget.All));
    }

    [Fact]
    public void Refuses_a_foreign_token_without_a_date_once_there_is_a_cut_off() =>
        Assert.True(Chains.Foreign(hasDate: false).IsCoveredBy(RevocationTarget.Issuer(Login)));

    [Fact]
    public void Compares_our_own_tokens_by_epoch_whatever_the_clocks_say()
    {
        var token = Chains.Exchange(Chains.Foreign(issuedAt: Chains.Now.AddMinutes(-9)), "web", "orders", epoch: 5);
        var target = RevocationTarget.Subject(Login, "alice", Chains.Secret);

        Assert.False(Chains.Snapshot(Chains.Entry(target, 5, at: Chains.Now.AddYears(1))).Covers(token));
        Assert.True(Chains.Snapshot(Chains.Entry(target, 6, at: Chains.Now.AddYears(-1))).Covers(token));
    }

    [Fact]
    public void Fault_Z20_Covers_a_token_by_its_handle_whatever_its_age() =>
        Assert.True(Chains.Foreign(issuedAt: Chains.Now.AddHours(9)).IsCoveredBy(RevocationTarget.Token(new TokenHandle(7))));

    [Fact]
    public void Fault_R12_The_strictest_of_several_wins()
    {
        var token = Chains.Exchange(Chains.Foreign(), "web", "orders", epoch: 5);
        Revocation[] tooEarly =
        [
            Chains.Entry(RevocationTarget.Subject(Login, "alice", Chains.Secret), 2), Chains.Entry(RevocationTarget.Client("web"), 3),
            Chains.Entry(RevocationTarget.Issuer(Login), 4), Chains.Entry(RevocationTarget.All, 5),
        ];
        Assert.False(Chains.Snapshot([.. tooEarly]).Covers(token));

        for (var strictest = 0; strictest < tooEarly.Length; strictest++)
        {
            Revocation[] entries = [.. tooEarly];
            entries[strictest] = Chains.Entry(tooEarly[strictest].Target, 6);
            Assert.True(Chains.Snapshot([.. entries]).Covers(token));
            Assert.True(Chains.Snapshot([.. entries.Reverse()]).Covers(token));
        }
    }

    [Fact]
    public void A_cut_off_does_not_weaken_a_block_of_the_same_target()
    {
        var target = RevocationTarget.Client("web");
        var token = Chains.Exchange(Chains.Foreign(), "web", "orders", epoch: 9);

        Assert.True(Chains.Snapshot(Chains.Entry(target, 3, isBlock: true), Chains.Entry(target, 4)).Covers(token));
    }

    [Fact]
    public void Covers_what_a_revoked_actor_took_part_in()
    {
        var token = Chains.Exchange(Chains.Foreign(), "web", "orders", epoch: 5);
        var actor = new RootSubject("https://login.partner.example", "robot", "s-9", null, new TokenHandle(99));
        var lineage = token.Lineage!;
        var acted = new Lineage
        {
            Root = lineage.Root,
            Actors = [actor],
            Ancestors = lineage.Ancestors.Add(actor.Handle),
            Hops = lineage.Hops,
            Elevations = lineage.Elevations,
            PolicyRevision = lineage.PolicyRevision,
            RevocationIncarnation = lineage.RevocationIncarnation,
            RevocationEpoch = lineage.RevocationEpoch,
        };
        RevocationTarget[] targets =
        [
            RevocationTarget.Token(actor.Handle), RevocationTarget.Issuer(actor.Issuer),
            RevocationTarget.Subject(actor.Issuer, actor.Subject, Chains.Secret), RevocationTarget.Session(actor.Issuer, "s-9", Chains.Secret),
        ];
        Assert.All(targets, target =>
        {
            Assert.NotNull(Chains.Snapshot(Chains.Entry(target, 100)).Check(acted, token.Issuer, token.Handle, Chains.Secret));
            Assert.Null(Chains.Snapshot(Chains.Entry(target, 100)).Check(lineage, token.Issuer, token.Handle, Chains.Secret));
        });
    }

    [Fact]
    public void Covers_a_foreign_token_by_the_client_it_was_issued_to()
    {
        Assert.True(Chains.Foreign(clientId: "web").IsCoveredBy(RevocationTarget.Client("web")));
        Assert.False(Chains.Foreign(clientId: "web").IsCoveredBy(RevocationTarget.Client("mobile")));
    }

    [Fact]
    public void Covers_what_we_issued_by_our_own_name()
    {
        Assert.True(Chains.Exchange(Chains.Foreign(), "web", "orders", 5).IsCoveredBy(RevocationTarget.Issuer("https://sts.shop.example")));
        Assert.False(Chains.Foreign().IsCoveredBy(RevocationTarget.Issuer("https://sts.shop.example")));
    }
}
