namespace ExchangeCluster.Silo.Hosting;

/// <summary>The silo can't start, for reasons that its operator can mend. Printed as lines, without a stack trace.</summary>
internal sealed class StartupRefusedException : Exception
{
    public StartupRefusedException(int exitCode, params IReadOnlyCollection<string> reasons)
        : base(string.Join(Environment.NewLine, reasons))
    {
        ExitCode = exitCode;
        Reasons = reasons;
    }

    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; }

    /// <summary>One line each.</summary>
    public IReadOnlyCollection<string> Reasons { get; }
}

internal static class ExitCodes
{
    public const int Success = 0;

    /// <summary>The surroundings are at fault: a port in use, a locked data directory, a wrong key-encryption key.</summary>
    public const int CannotRun = 1;

    /// <summary>Settings or policy are wrong.</summary>
    public const int WrongSettings = 2;
}
