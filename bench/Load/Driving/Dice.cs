namespace ExchangeCluster.Load.Driving;

/// <summary>Numbers that look random and are the same in every run (SplitMix64).</summary>
internal sealed class Dice(ulong seed)
{
    private ulong state = seed;

    /// <summary>In [0, 1).</summary>
    public double Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return ((z ^ (z >> 31)) >> 11) / (double)(1UL << 53);
    }

    public int Below(int bound) => (int)(Next() * bound);

    public double Exponential(double mean) => -mean * Math.Log(1 - Next());

    /// <summary>A rank in [0, <paramref name="size"/>) by Zipf's law with exponent 1, by the inverse of its continuous form.</summary>
    public int Zipf(int size) => (int)Math.Exp(Next() * Math.Log(size + 1.0)) - 1;
}
