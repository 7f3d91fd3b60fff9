using System.Globalization;
using ExchangeCluster.Load.Driving;

namespace ExchangeCluster.Load.Workloads;

/// <summary>What a silo is asked.</summary>
internal static class SiloWorkloads
{
    /// <summary>Subjects that are known already where a workload says so.</summary>
    private const int KnownSubjects = 2_000;

    private const int ZipfSubjects = 1_000_000;
    private static readonly string[] ScopePatterns = ["a", "a b", "a b c", "a b c d"];

    /// <summary>The very same request.</summary>
    public static Workload Cached(Shop shop, string name = "cached")
    {
        var request = Shop.Exchange(shop.Login("cached"));
        return new(name, _ => request, repeats: true);
    }

    /// <summary>A new login of a subject whose grain is there: verify, decide, sign.</summary>
    public static Workload KnownSubject(Shop shop, string name = "uncached, known subject") => new(name, i => Shop.Exchange(shop.Login(Subject("known", i % KnownSubjects))));

    /// <summary>The same with a subject that nobody has seen.</summary>
    public static Workload NewSubject(Shop shop) => new("new subject", i => Shop.Exchange(shop.Login(Subject("new", i))));

    /// <summary>New logins of a known subject and of the person who acts: two verifies, one sign.</summary>
    public static Workload Delegation(Shop shop) => new(
        "delegation, uncached", i => Shop.Exchange(shop.Login(Subject("known", i % KnownSubjects)), actorToken: shop.Actor(Subject("helper", i % 50))));

    /// <summary>The same login by a client that signs a new assertion each time.</summary>
    public static Workload PrivateKeyJwt(Shop shop)
    {
        var login = shop.Login("assertion", "reporting");
        return new("private_key_jwt, cached", _ => Shop.Exchange(login, assertion: shop.Assertion()));
    }

    /// <summary>The same login with a new proof each time.</summary>
    public static Workload Dpop(Shop shop)
    {
        var login = shop.Login("dpop");
        return new("DPoP, cached", _ => Shop.Exchange(login, proof: shop.Proof()));
    }

    /// <summary>
    /// 56 % valid, 14 % with an actor, 10 % expired, 10 % with a bad signature, 10 % of revoked subjects; 5 clients, 20 targets, 4 scopes
    /// asked. Every request brings a token of its own, so that none is answered from memory.
    /// </summary>
    public static Workload Mixed(Shop shop)
    {
        var dice = new Dice(2);
        return new("mixed, 30 % refused", _ => MixedRequest(shop, dice)) { Refuses = true };
    }

    /// <summary>One of a million subjects by Zipf's law, each with one login.</summary>
    public static Workload Zipf(Shop shop)
    {
        var (dice, known) = (new Dice(3), new Dictionary<int, byte[]>());
        return new("Zipf over 1 M subjects", _ =>
        {
            var rank = dice.Zipf(ZipfSubjects);
            return known.TryGetValue(rank, out var request) ? request : known[rank] = Shop.Exchange(shop.Login(Subject("zipf", rank)));
        });
    }

    /// <summary>Subjects that the run revokes before it measures.</summary>
    public static IEnumerable<string> RevokedSubjects => Enumerable.Range(0, 200).Select(i => Subject("revoked", i));

    private static byte[] MixedRequest(Shop shop, Dice dice)
    {
        var kind = dice.Next();
        var client = Shop.Client(kind is >= 0.56 and < 0.70 ? 0 : dice.Below(Shop.Clients));
        var subject = Subject("known", dice.Below(KnownSubjects));
        var login = kind switch
        {
            < 0.70 => shop.Login(subject, client),
            < 0.80 => shop.Login(subject, client, age: TimeSpan.FromHours(1)),
            < 0.90 => WithBadSignature(shop.Login(subject, client)),
            _ => shop.Login(Subject("revoked", dice.Below(200)), client),
        };
        var actor = kind is >= 0.56 and < 0.70 ? shop.Actor(Subject("helper", dice.Below(50))) : null;
        return Shop.Exchange(login, client, Shop.Target(dice.Below(Shop.Targets)), actor, ScopePatterns[dice.Below(ScopePatterns.Length)]);
    }

    /// <summary>Another signature of the right form, so that only the verification can tell.</summary>
    private static string WithBadSignature(string token)
    {
        var place = token.Length - 20;
        return $"{token[..place]}{(token[place] == 'A' ? 'B' : 'A')}{token[(place + 1)..]}";
    }

    private static string Subject(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}-{number:D7}");
}
