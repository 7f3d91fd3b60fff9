using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster.Chaos;

/// <summary>The checker finds what it is there to find.</summary>
public sealed class HistoryTests
{
    private readonly History history = new();

    [Fact]
    public void Finds_a_decision_that_began_after_the_acknowledgement()
    {
        history.AddRevoked("alice", 100);
        history.Add(new(1, "alice", 101, Allowed: true));
        Assert.StartsWith("Silo 1 allowed alice", Assert.Single(history.Violations()).What, StringComparison.Ordinal);
    }

    [Fact]
    public void Accepts_what_began_before_what_was_refused_and_what_is_somebody_else_s()
    {
        history.AddRevoked("alice", 100);
        history.Add(new(1, "alice", 99, Allowed: true));
        history.Add(new(1, "alice", 101, Allowed: false));
        history.Add(new(1, "bob", 101, Allowed: true));
        Assert.Empty(history.Violations());
    }

    [Fact]
    public void Finds_what_was_spent_twice_and_what_was_mixed_up()
    {
        history.AddSpent("a", 1);
        history.AddSpent("b", 2);
        history.AddSpent("b", 3);
        history.AddMixUp("bob got alice's token", 4);
        Assert.Equal([new("b was accepted once more.", 3), new("bob got alice's token", 4)], history.Violations());
    }
}
