namespace ExchangeCluster.Tool.Tests;

/// <summary>One run of the tool within the test's process.</summary>
internal sealed record Run(int Code, string Out, string Error)
{
    public static async Task<Run> Of(params string[] args)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        var code = await CommandLine.RunAsync(args, output, error);
        return new Run(code, output.ToString(), error.ToString());
    }
}
