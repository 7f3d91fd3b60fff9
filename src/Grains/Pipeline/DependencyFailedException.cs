namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// The store, a source of keys or another silo did not answer: nothing may be assumed, so the exchange is refused as
/// unavailable.
/// </summary>
internal sealed class DependencyFailedException(string dependency, Exception cause)
    : Exception($"No answer from the {dependency}.", cause)
{
    /// <summary>Makes a call whose every exception means that there is no answer.</summary>
    /// <exception cref="DependencyFailedException">It failed; but for the caller's own cancellation.</exception>
    public static async Task<T> GuardAsync<T>(string dependency, Func<Task<T>> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call();
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            throw new DependencyFailedException(dependency, exception);
        }
    }
}
