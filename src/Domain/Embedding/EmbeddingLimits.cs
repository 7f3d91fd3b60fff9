using ExchangeCluster.Protocol;

namespace ExchangeCluster.Domain.Embedding;

/// <summary>How much one token may carry.</summary>
/// <param name="Depth">Levels of tokens within one another, 0 to <see cref="MaxDepth"/>; 0: none is embedded.</param>
/// <param name="MaxBytes">Length of the text of the outermost token, beyond which nothing more is embedded.</param>
public sealed record EmbeddingLimits(int Depth, int MaxBytes)
{
    public const int MaxDepth = 4;

    public const int LeastMaxBytes = 1024;

    /// <summary>What is longer we would not take back.</summary>
    public const int GreatestMaxBytes = TokenExchangeRequest.MaxTokenLength;

    /// <summary>Many servers take 8 KiB of headers in all: a quarter is left for the others.</summary>
    public static readonly EmbeddingLimits Default = new(Depth: 2, MaxBytes: 6 * 1024);
}
