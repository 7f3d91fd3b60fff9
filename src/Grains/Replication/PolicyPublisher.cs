using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Grains.Replication;

internal sealed class PolicyPublisher(LogWriter writer, TimeProvider clock) : IPolicyPublisher
{
    public async Task<PolicyPublication> PublishAsync(string text, string file, CancellationToken cancellationToken)
    {
        var compilation = PolicyCompiler.Compile(text, file);
        if (compilation.Snapshot is not { } candidate)
        {
            return new PolicyPublication(PolicyPublicationOutcome.Invalid, compilation.Mistakes, []);
        }

        var outcome = PolicyPublicationOutcome.Published;
        string[] mistakes = [];
        await writer.AppendAsync(
            LogNames.Policy,
            logs =>
            {
                (outcome, mistakes) = Compare(candidate, text, logs.Policy, file);
                return outcome == PolicyPublicationOutcome.Published ? [new PlainRecord(PolicyLog.Key, logs.Policy.EncodeNext(candidate, text, file, clock.GetUtcNow()))] : [];
            },
            cancellationToken);
        return new PolicyPublication(outcome, mistakes, compilation.Warnings);
    }

    private static (PolicyPublicationOutcome Outcome, string[] Mistakes) Compare(
        PolicySnapshot candidate, string text, PolicyLog running, string file) => running.Snapshot switch
        {
            null => (PolicyPublicationOutcome.Published, []),
            var current when candidate.Revision > current.Revision => (PolicyPublicationOutcome.Published, []),
            var current when candidate.Revision == current.Revision && text == running.Text => (PolicyPublicationOutcome.Unchanged, []),
            var current when candidate.Revision == current.Revision => (PolicyPublicationOutcome.Stale,
                [$"{file}: revision {candidate.Revision} is already published with other content, expected a higher revision."]),
            var current => (PolicyPublicationOutcome.Stale,
                [$"{file}: revision {candidate.Revision} is older than the cluster's {current.Revision}, expected a higher revision."]),
        };
}
