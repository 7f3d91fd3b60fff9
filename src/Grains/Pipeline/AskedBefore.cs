namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// Which requests were asked before, of those that a cache knows nothing of: what is asked once is not worth keeping, because it would push out what is
/// asked again, and outlive its use. Forgets a request when another one takes its place.
/// </summary>
internal sealed class AskedBefore
{
    private const int Capacity = 16_384;

    /// <summary>Half a hash of each, where the other half says. Two threads may miss each other's: then it takes a third time.</summary>
    private readonly ulong[] asked = new ulong[Capacity];

    /// <summary>False the first time.</summary>
    public bool Test(NearKey key)
    {
        ref var place = ref asked[(int)((ulong)key.Low % Capacity)];
        var before = place;
        place = (ulong)key.High;
        return before == place;
    }
}
