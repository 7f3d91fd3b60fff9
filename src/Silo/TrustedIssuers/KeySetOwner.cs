using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.SubjectTokens;
using ExchangeCluster.Grains.Replication;

namespace ExchangeCluster.Silo.TrustedIssuers;

/// <summary>Whose key set it is.</summary>
/// <param name="Log"><see cref="LogNames.IssuerKeys"/> or <see cref="LogNames.ClientKeys"/>.</param>
/// <param name="Name">The issuer, or the client's name.</param>
public readonly record struct KeySetOwner(string Log, string Name)
{
    public static KeySetOwner Issuer(string issuer) => new(LogNames.IssuerKeys, issuer);

    public static KeySetOwner Client(string client) => new(LogNames.ClientKeys, client);

    /// <summary>
    /// Everyone in <paramref name="policy"/> whose keys have to be read from somewhere. Clients' inline sets are part of
    /// the policy itself.
    /// </summary>
    public static IEnumerable<(KeySetOwner Owner, KeySetSource Source)> AllOf(PolicySnapshot policy) =>
        policy.TrustedIssuers.Values.Select(issuer => (Issuer(issuer.Issuer), issuer.Keys))
            .Concat(policy.Services.Values
                .Where(service => service.Credentials.KeySet is { Inline: null })
                .Select(service => (Client(service.Name), service.Credentials.KeySet!)));

    /// <summary>The replicated set, or null when there is none that may still be used.</summary>
    public KeySet? HeldBy(ClusterSnapshot snapshot, DateTimeOffset now)
    {
        var sets = Log == LogNames.IssuerKeys ? snapshot.IssuerKeys : snapshot.ClientKeys;
        return sets.TryGetValue(Name, out var held) && now - held.FetchedAt < held.MaxAge ? held : null;
    }

    public override string ToString() => Log == LogNames.IssuerKeys ? $"issuer {Name}" : $"client {Name}";
}
