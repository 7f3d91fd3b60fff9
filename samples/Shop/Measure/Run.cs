namespace ExchangeCluster.Samples.Shop.Measure;

/// <summary>What a call cost.</summary>
/// <param name="Hops">The tokens on the way, the incoming one first.</param>
/// <param name="Attempts">What geolocation tried.</param>
/// <param name="Elapsed">Of the whole call.</param>
/// <param name="TokenRequests">To token services, that for the incoming token included.</param>
internal sealed record Visit(IReadOnlyList<Hop> Hops, IReadOnlyList<string> Attempts, TimeSpan Elapsed, int TokenRequests)
{
    public int Bytes => Hops.Sum(hop => hop.Bytes);
}

/// <summary>One approach, tried with several users, each of whom does everything twice.</summary>
internal sealed record Run(Approach Approach, Visit Browse, Visit FirstOrder, Visit NextOrder)
{
    private const int Users = 9;

    /// <exception cref="InvalidOperationException">A call failed.</exception>
    public static async Task<Run> MeasureAsync(World world)
    {
        // Once for whatever is made at the first use.
        await VisitAsync(world, "warm-up");
        var visits = new List<(Visit Browse, Visit First, Visit Next)>();
        for (var user = 0; user < Users; user++)
        {
            visits.Add(await VisitAsync(world, $"user-{user}"));
        }

        return new Run(
            world.Approach,
            Median(visits.Select(visit => visit.Browse)),
            Median(visits.Select(visit => visit.First)),
            Median(visits.Select(visit => visit.Next)));
    }

    private static async Task<(Visit Browse, Visit First, Visit Next)> VisitAsync(World world, string user)
    {
        var browsing = await world.EnterAsync(user, "browse");
        var browse = await CallAsync(world, browsing, isNew: true, HttpMethod.Get, "/catalogue");
        var ordering = await world.EnterAsync(user, "browse orders.place");
        var first = await CallAsync(world, ordering, isNew: true, HttpMethod.Post, "/orders/by-instalments");
        var next = await CallAsync(world, ordering, isNew: false, HttpMethod.Post, "/orders/by-instalments");
        return (browse, first, next);
    }

    private static async Task<Visit> CallAsync(World world, string incoming, bool isNew, HttpMethod method, string path)
    {
        world.Journal.Take();
        var (response, elapsed) = await world.CallAsync(incoming, method, path);
        using (response)
        {
            if (!response.IsSuccessStatusCode)
            {
                throw new InvalidOperationException($"{world.Approach}: {path} answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync()}");
            }
        }

        var (hops, attempts) = world.Journal.Take();
        var entered = isNew && world.Approach != Approach.ReuseEverywhere ? 1 : 0;
        return new Visit(
            [new Hop("web", "orders", Hop.CameIn, incoming, TimeSpan.Zero), .. hops], attempts, elapsed, entered + hops.Sum(hop => hop.TokenRequests));
    }

    private static Visit Median(IEnumerable<Visit> visits)
    {
        var ordered = visits.OrderBy(visit => visit.Elapsed).ToList();
        return ordered[ordered.Count / 2];
    }
}
