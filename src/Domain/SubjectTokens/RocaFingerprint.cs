using System.Collections.Immutable;
using System.Numerics;

namespace ExchangeCluster.Domain.SubjectTokens;

/// <summary>
/// Recognises RSA moduli of the vulnerable Infineon library (ROCA, CVE-2017-15361). Its primes have the form
/// <c>k·M + (65537^a mod M)</c> with M a product of the first primes, so the modulus is a power of 65537 modulo each of
/// them. A sound modulus is one modulo all 38 odd primes up to 167 with a chance below one in a hundred million.
/// </summary>
internal static class RocaFingerprint
{
    private const int Generator = 65537;

    private static readonly ImmutableArray<Residues> PowersOfGenerator =
        [.. Enumerable.Range(3, 165).Where(IsPrime).Select(prime => new Residues(prime, PowersModulo(prime)))];

    public static bool Matches(BigInteger modulus) =>
        PowersOfGenerator.All(residues => residues.Powers.Contains((int)(modulus % residues.Prime)));

    private static ImmutableHashSet<int> PowersModulo(int prime)
    {
        var powers = ImmutableHashSet.CreateBuilder<int>();
        for (var power = 1; powers.Add(power);)
        {
            power = power * (Generator % prime) % prime;
        }

        return powers.ToImmutable();
    }

    private static bool IsPrime(int number) => Enumerable.Range(2, number - 2).All(divisor => number % divisor != 0);

    private sealed record Residues(int Prime, ImmutableHashSet<int> Powers);
}
