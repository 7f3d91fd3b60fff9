using ExchangeCluster.Domain.Policies;

namespace ExchangeCluster.Grains.Replication;

internal sealed class PolicyPublisher(LogWriter writer, Followers followers, TimeProvider clock) : IPolicyPublisher
{
    public async Task<PolicyPublication> PublishAsync(string text, string file, CancellationToken cancellationToken) =>
        (await AppendAsync(text, file, writer.AppendAsync, cancellationToken)).Publication;

    public async Task<PolicyPublication> PublishEverywhereAsync(string text, string file, CancellationToken cancellationToken)
    {
        var (publication, appended) = await AppendAsync(text, file, writer.AppendOrConfirmAsync, cancellationToken);
        if (appended is not null && publication.Outcome is PolicyPublicationOutcome.Published or PolicyPublicationOutcome.Unchanged)
        {
            await followers.FollowAsync(appended, cancellationToken);
        }

        return publication;
    }

    private async Task<(PolicyPublication Publication, AppendResult? Appended)> AppendAsync(
        string text,
        string file,
        Func<string, Func<ReplicatedLogs, IReadOnlyList<PlainRecord>>, CancellationToken, Task<AppendResult?>> appendAsync,
        CancellationToken cancellationToken)
    {
        var compilation = PolicyCompiler.Compile(text, file);
        if (compilation.Snapshot is not { } candidate)
        {
            return (new PolicyPublication(PolicyPublicationOutcome.Invalid, compilation.Mistakes, []), null);
        }

        var outcome = PolicyPublicationOutcome.Published;
        string[] mistakes = [];
        var appended = await appendAsync(
            LogNames.Policy,
            logs =>
            {
                (outcome, mistakes) = Compare(candidate, text, logs.Policy, file);
                return outcome == PolicyPublicationOutcome.Published ? [new PlainRecord(PolicyLog.Key, logs.Policy.EncodeNext(candidate, text, file, clock.GetUtcNow()))] : [];
            },
            cancellationToken);
        return (new PolicyPublication(outcome, mistakes, compilation.Warnings), appended);
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
