namespace ExchangeCluster.Tool;

/// <summary>What the process ends with; documented in docs/tool.md.</summary>
internal static class ExitCode
{
    /// <summary>Done; nothing to complain about.</summary>
    public const int Success = 0;

    /// <summary>Done, and the answer is bad news: a finding of severity error, a refusal, a difference that was asked about.</summary>
    public const int Findings = 1;

    /// <summary>The command line, or a file that it names, can't be used.</summary>
    public const int Usage = 2;

    /// <summary>The cluster could not be reached, or did not answer as one.</summary>
    public const int Unavailable = 3;
}
