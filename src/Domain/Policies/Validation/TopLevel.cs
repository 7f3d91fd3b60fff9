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

        MaxActorDepth = (int)Math.Clamp(depth, 1, ClaimReader.MaxActorDepth);
    }

    public long Revision { get; }

    public string Issuer { get; }

    public TimeSpan MaxLifetime { get; }

    public int MaxActorDepth { get; }
}
