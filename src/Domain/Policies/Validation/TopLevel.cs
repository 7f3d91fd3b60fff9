using ExchangeCluster.Domain.Embedding;
using ExchangeCluster.Domain.Policies.Configuration;
using ExchangeCluster.Domain.SubjectTokens;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Revision, issuer and the bounds of issued tokens.</summary>
internal sealed class TopLevel
{
    private const int DefaultMaxActorDepth = 8;

    private static readonly TimeSpan DefaultMaxLifetime = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan GreatestMaxLifetime = TimeSpan.FromHours(24);

    public TopLevel(PolicyConfig config, Mistakes mistakes)
    {
        Revision = config.Revision.Value;
        if (Revision < 1)
        {
            mistakes.Add(config.Revision.At, "revision is 0, expected a positive whole number");
        }

        Issuer = config.Issuer.Value;
        IssuerIdentifier.CheckOurs(config.Issuer, mistakes);
        MaxLifetime = config.MaxLifetime?.Value ?? DefaultMaxLifetime;
        if (MaxLifetime > GreatestMaxLifetime)
        {
            mistakes.Add(config.MaxLifetime!.At, "max_lifetime is too long, expected at most 24h");
        }

        var depth = config.MaxActorDepth?.Value ?? DefaultMaxActorDepth;
        if (depth is < 1 or > ClaimReader.MaxActorDepth)
        {
            mistakes.Add(config.MaxActorDepth!.At, $"max_actor_depth is out of bounds, expected 1 to {ClaimReader.MaxActorDepth}");
        }

        Embedding = ReadEmbedding(config.Embedding, mistakes);
        MaxActorDepth = (int)Math.Clamp(depth, 1, ClaimReader.MaxActorDepth);
    }

    public long Revision { get; }

    public string Issuer { get; }

    public TimeSpan MaxLifetime { get; }

    public int MaxActorDepth { get; }

    public EmbeddingLimits Embedding { get; }

    private static EmbeddingLimits ReadEmbedding(EmbeddingConfig? embedding, Mistakes mistakes)
    {
        var depth = embedding?.Depth?.Value ?? EmbeddingLimits.Default.Depth;
        if (depth is < 0 or > EmbeddingLimits.MaxDepth)
        {
            mistakes.Add(embedding!.Depth!.At, $"depth is out of bounds, expected 0 to {EmbeddingLimits.MaxDepth}");
        }

        var size = embedding?.MaxBytes?.Value ?? EmbeddingLimits.Default.MaxBytes;
        if (size is < EmbeddingLimits.LeastMaxBytes or > EmbeddingLimits.GreatestMaxBytes)
        {
            mistakes.Add(embedding!.MaxBytes!.At, $"max_bytes is out of bounds, expected {EmbeddingLimits.LeastMaxBytes} to {EmbeddingLimits.GreatestMaxBytes}");
        }

        return new EmbeddingLimits(
            (int)Math.Clamp(depth, 0, EmbeddingLimits.MaxDepth),
            (int)Math.Clamp(size, EmbeddingLimits.LeastMaxBytes, EmbeddingLimits.GreatestMaxBytes));
    }
}
