using BitFaster.Caching.Lru;

namespace ExchangeCluster.Grains.Subjects;

/// <summary>The shapes that this silo's subjects share.</summary>
internal sealed class TokenShapes
{
    /// <summary>Beyond it the least used make room, and tokens of that shape are held with a copy of their own.</summary>
    private const int Capacity = 16_384;

    private readonly ConcurrentLru<TokenShape, TokenShape> shapes = new(Capacity);

    /// <summary>The one that stands for all that are equal to it.</summary>
    public TokenShape Shared(TokenShape shape) => shapes.GetOrAdd(shape, static shape => shape);
}
