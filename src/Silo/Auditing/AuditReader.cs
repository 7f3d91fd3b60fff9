using ExchangeCluster.Domain.Auditing;

namespace ExchangeCluster.Silo.Auditing;

/// <summary>Finds lines in the files of the audit of this silo.</summary>
internal sealed class AuditReader(AuditFiles files) : IDisposable
{
    private readonly SemaphoreSlim one = new(1);

    public void Dispose() => one.Dispose();

    /// <summary>The latest lines that match, at most <paramref name="limit"/>, in the order of time.</summary>
    public async Task<IReadOnlyList<string>> FindAsync(AuditQuery query, int limit, CancellationToken cancellationToken)
    {
        // Reading gigabytes is work: one administrator at a time.
        await one.WaitAsync(cancellationToken);
        try
        {
            var found = new List<string>();
            foreach (var file in files.All().Reverse())
            {
                var some = await FindAsync(file, query, limit - found.Count, cancellationToken);
                found.InsertRange(0, some);
                if (found.Count >= limit)
                {
                    break;
                }
            }

            return found;
        }
        finally
        {
            one.Release();
        }
    }

    private static async Task<IEnumerable<string>> FindAsync(string file, AuditQuery query, int limit, CancellationToken cancellationToken)
    {
        var latest = new Queue<string>();
        try
        {
            using var reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 128 * 1024));
            while (await reader.ReadLineAsync(cancellationToken) is { } line)
            {
                if (query.Matches(System.Text.Encoding.UTF8.GetBytes(line)))
                {
                    latest.Enqueue(line);
                    if (latest.Count > limit)
                    {
                        latest.Dequeue();
                    }
                }
            }
        }
        catch (FileNotFoundException)
        {
            // It made room for a newer one.
        }

        return latest;
    }
}
