using ExchangeCluster.Domain.Policies.Configuration;

namespace ExchangeCluster.Domain.Policies.Validation;

/// <summary>Revision, issuer and the longest life of issued tokens.</summary>
internal sealed class TopLevel
{
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
    }

    public long Revision { get; }

    public string Issuer { get; }

    public TimeSpan MaxLifetime { get; }
}
