using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Keys;
using ExchangeCluster.Domain.SubjectTokens;
using Xunit;

namespace ExchangeCluster.Domain.Tests.Exchange;

public sealed class SubjectKeyTests
{
    private static readonly ClusterSecret Secret = new(new byte[ClusterSecret.Size]);

    [Fact]
    public void One_subject_has_one_key_whatever_its_token() => Assert.Equal(
        SubjectKey.Of(new RootSubject("https://i", "alice", null, null, new TokenHandle(1)), Secret),
        SubjectKey.Of(new RootSubject("https://i", "alice", "s", DateTimeOffset.UnixEpoch, new TokenHandle(2)), Secret));

    [Fact]
    public void Fault_T20_Subjects_that_look_alike_are_distinct()
    {
        (string Issuer, string Subject)[] subjects =
        [
            ("https://i", "a"), ("https://i", "a "), ("https://i", " a"), ("https://i", "A"),
            ("https://i", "a|b"), ("https://i|a", "b"), ("https://i", "a/b"), ("https://i/a", "b"), ("https://i", "a:b"), ("https://i:a", "b"),
            ("https://i", "caf\u00e9"), ("https://i", "cafe\u0301"),
            ("https://i", "\u00c5"), ("https://i", "A\u030a"), ("https://i", "\u212b"),
            ("https://ia", ""), ("", "https://ia"), ("https://j", "a"),
        ];

        var keys = subjects.Select(s => SubjectKey.OfGrain(new RootSubject(s.Issuer, s.Subject, null, null, default), Secret)).ToList();

        Assert.Equal(subjects.Length, keys.Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void Shows_nobody()
    {
        var key = SubjectKey.Of(new RootSubject("https://i", "alice", null, null, default), Secret);

        Assert.Matches("^[A-Za-z0-9_-]{43}$", key);
        Assert.NotEqual(key, SubjectKey.Of(new RootSubject("https://i", "alice", null, null, default), ClusterSecret.Generate()));
    }

    [Fact]
    public void The_key_of_a_grain_is_how_the_subjects_name_begins()
    {
        var root = new RootSubject("https://i", "alice", null, null, default);

        var key = SubjectKey.OfGrain(root, Secret);

        Assert.Equal(22, key.Length);
        Assert.StartsWith(key, SubjectKey.Of(root, Secret), StringComparison.Ordinal);
    }
}
