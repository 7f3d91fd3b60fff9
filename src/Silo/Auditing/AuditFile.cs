using System.Buffers;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Silo.Stores;

namespace ExchangeCluster.Silo.Auditing;

/// <summary>
/// Writes the audit as lines of JSON into files of bounded size and number. A disk that is full or gone costs lines, which are
/// counted, never an exchange; it is tried again with the next ones.
/// </summary>
/// <param name="files">Where they are.</param>
/// <param name="most">The most files.</param>
/// <param name="fullAt">In bytes: the line that reaches it is the last one of a file.</param>
/// <param name="metrics">Counts what is lost.</param>
/// <param name="logger">Hears of the first failure.</param>
internal sealed partial class AuditFile(AuditFiles files, int most, long fullAt, ExchangeMetrics metrics, ILogger<AuditFile> logger)
    : IDecisionSink, IDisposable
{
    /// <summary>Written to the file at the latest.</summary>
    private const int BufferSize = 256 * 1024;

    private readonly ArrayBufferWriter<byte> buffer = new(BufferSize);
    private FileStream? file;
    private long size;
    private long lines;
    private bool hasFailed;

    public void Accept(in DecisionEntry entry)
    {
        AuditText.Write(buffer, entry);
        buffer.Write("\n"u8);
        lines++;
        if (buffer.WrittenCount >= BufferSize)
        {
            Flush();
        }
    }

    public void Flush()
    {
        if (lines == 0)
        {
            return;
        }

        try
        {
            file ??= files.Next(most);
            file.Write(buffer.WrittenSpan);
            file.Flush();
            size += buffer.WrittenCount;
            hasFailed = false;
            if (size >= fullAt)
            {
                Close();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or DataDirectoryException)
        {
            metrics.AuditDropped(lines);
            Close();
            if (!hasFailed)
            {
                LogNotWrittenError(exception);
            }

            hasFailed = true;
        }

        buffer.ResetWrittenCount();
        lines = 0;
    }

    public void Dispose() => Close();

    /// <summary>The next line begins another file.</summary>
    private void Close()
    {
        try
        {
            file?.Dispose();
        }
        catch (IOException)
        {
            // What it could not write is counted already.
        }

        (file, size) = (null, 0);
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The audit could not be written, and is tried again.")]
    private partial void LogNotWrittenError(Exception exception);
}
