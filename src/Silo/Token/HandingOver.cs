namespace ExchangeCluster.Silo.Token;

internal static class HandingOver
{
    /// <summary>
    /// Waits for an answer to be written, and ends its hand-over before: a write puts its bytes where the connection sends from before it
    /// waits for anything. From there on only the caller decides when it reads, and one that never does must hold up no revocation.
    /// </summary>
    public static Task HandOverAsync<T>(this T answer, Task writing)
        where T : IDisposable
    {
        answer.Dispose();
        return writing;
    }
}
