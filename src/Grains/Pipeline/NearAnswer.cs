namespace ExchangeCluster.Grains.Pipeline;

/// <summary>An answer that is given again. Dispose it once it is handed over: until then no revocation is acknowledged.</summary>
/// <param name="Body">The response, but for the life that is left.</param>
/// <param name="SecondsLeft">That life: positive.</param>
/// <param name="HandOver">Ends with the hand-over.</param>
public readonly record struct NearAnswer(NearBody Body, long SecondsLeft, IDisposable HandOver) : IDisposable
{
    public void Dispose() => HandOver.Dispose();

    /// <summary>A constant: the token stays hidden.</summary>
    public override string ToString() => nameof(NearAnswer);
}

/// <summary>
/// A response as it goes over the wire, without the number of seconds in its middle, so that giving it again is copying.
/// </summary>
/// <param name="json">UTF-8 without the value of <c>expires_in</c>.</param>
/// <param name="lifeAt">Where that value belongs.</param>
public sealed class NearBody(byte[] json, int lifeAt)
{
    public ReadOnlyMemory<byte> BeforeLife => json.AsMemory(0, lifeAt);

    public ReadOnlyMemory<byte> AfterLife => json.AsMemory(lifeAt);
}
