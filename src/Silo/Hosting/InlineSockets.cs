namespace ExchangeCluster.Silo.Hosting;

/// <summary>
/// Lets the thread that waits for the process's sockets also take over what they received, where by default it wakes another one for that
/// (docs/decisions/0047-inline-sockets.md). Kestrel, Orleans and the Redis client go on from there on the thread pool; whatever else awaits a socket must leave
/// that thread itself.
/// </summary>
internal static class InlineSockets
{
    /// <summary>The runtime reads it once, with the first socket of the process.</summary>
    private const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>What an operator has set counts.</summary>
    public static void Prefer()
    {
        if (Environment.GetEnvironmentVariable(Variable) is null)
        {
            Environment.SetEnvironmentVariable(Variable, "1");
        }
    }
}
