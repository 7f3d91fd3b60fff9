using System.Globalization;
using ExchangeCluster.Silo.Stores;

namespace ExchangeCluster.Silo.Auditing;

/// <summary>The files of the audit, named by the time of their first line, so that their order is that of their names.</summary>
internal sealed class AuditFiles(string dataDirectory, TimeProvider time)
{
    private const string Pattern = "audit-*.jsonl";

    /// <summary>Below the data directory.</summary>
    public string Folder { get; } = Path.Combine(dataDirectory, "audit");

    /// <summary>Oldest first.</summary>
    public string[] All() => Directory.Exists(Folder) ? [.. Directory.GetFiles(Folder, Pattern).Order(StringComparer.Ordinal)] : [];

    /// <summary>Creates one more file, and drops the oldest beyond so many.</summary>
    public FileStream Next(int most)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"audit-{time.GetUtcNow():yyyyMMdd'T'HHmmss'.'fffffff}.jsonl");
        var path = PrivateFiles.Prepare(Folder, name);
        foreach (var old in All().SkipLast(most))
        {
            File.Delete(old);
        }

        var options = PrivateFiles.Options(FileMode.Append);
        options.Access = FileAccess.Write;
        return new FileStream(path, options);
    }
}
