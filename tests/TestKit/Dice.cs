using CsCheck;

namespace ExchangeCluster.TestKit;

/// <summary>Chances of one actor that are the same for the same seed.</summary>
public sealed class Dice(int seed, int actor)
{
    private readonly PCG generator = new((uint)actor, (ulong)seed);

    /// <summary>From 0 to below <paramref name="sides"/>.</summary>
    public int Next(int sides) => (int)generator.Next((uint)sides);
}
