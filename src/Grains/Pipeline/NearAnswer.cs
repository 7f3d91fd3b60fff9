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
/// <param name="beforeLife">UTF-8 up to the value of <c>expires_in</c>.</param>
/// <param name="afterLife">UTF-8 from behind it.</param>
public sealed class NearBody(ReadOnlyMemory<byte> beforeLife, ReadOnlyMemory<byte> afterLife)
{
    public ReadOnlyMemory<byte> BeforeLife => beforeLife;

    public ReadOnlyMemory<byte> AfterLife => afterLife;
}
