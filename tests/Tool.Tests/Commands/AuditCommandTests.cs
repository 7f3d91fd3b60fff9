using Xunit;

namespace ExchangeCluster.Tool.Tests.Commands;

public sealed class AuditCommandTests
{
    private const string Audit = """
        {"time":"2026-01-01T10:00:00Z","request":"01","source":"decided","outcome":"issued","client":"web","targets":["orders"],"subject":"p1","lineage":"l1","subject_token":"l1","through":[],"rules":["orders/accepts[0]"],"token":"t1","scope":"browse"}
        {"time":"2026-01-01T10:00:01Z","request":"02","source":"decided","outcome":"issued","client":"orders","targets":["catalog"],"subject":"p1","lineage":"l1","subject_token":"t1","through":["web/orders"],"rules":["catalog/accepts[0]"],"token":"t2","scope":"browse"}
        {"time":"2026-01-01T10:00:02Z","request":"03","source":"decided","outcome":"refused","client":"web","targets":["stock"],"subject":"p2","lineage":"l2","subject_token":"l2","through":[],"reason":"target_not_allowed","detail":"No."}
        {"time":"2026-01-01T10:00:
        """;

    [Theory]
    [InlineData(2, "--lineage", "l1")]
    [InlineData(2, "--token", "t1")]
    [InlineData(1, "--person", "p2")]
    [InlineData(1, "--client", "orders")]
    [InlineData(1, "--target", "stock", "--outcome", "refused")]
    [InlineData(2, "--since", "2026-01-01T10:00:01Z")]
    [InlineData(1, "--until", "2026-01-01T10:00:01Z")]
    [InlineData(1, "--limit", "1")]
    [InlineData(0, "--request", "04")]
    public async Task Filters_files(int count, params string[] filter)
    {
        using var file = new PolicyFile(Audit);
        var run = await Run.Of(["audit", file.Path, .. filter]);

        Assert.Equal(ExitCode.Success, run.Code);
        Assert.EndsWith($"{count} decisions", run.Out.TrimEnd(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tells_the_way_of_a_chain()
    {
        using var file = new PolicyFile(Audit);
        var run = await Run.Of("audit", file.Path, "--lineage", "l1");

        Assert.Contains("orders -> catalog after web/orders: by catalog/accepts[0], scope 'browse', decided [person p1 lineage l1]", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refuses_a_file_that_holds_no_decision()
    {
        using var file = new PolicyFile("revision: 1\nissuer: https://sts.example\n");
        var run = await Run.Of("audit", file.Path);
        Assert.Equal(ExitCode.Usage, run.Code);
        Assert.Contains("holds no decision", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--subject", "alice", "--issuer", "https://login.example")]
    [InlineData("--since", "yesterday")]
    public async Task Refuses_what_files_can_not_tell(params string[] filter)
    {
        using var file = new PolicyFile(Audit);
        Assert.Equal(ExitCode.Usage, (await Run.Of(["audit", file.Path, .. filter])).Code);
    }
}
