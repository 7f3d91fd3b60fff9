using System.Net;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox;

/// <summary>Revocations that meet requests in flight, and a store that is gone. The order is forced, never awaited by the clock.</summary>
public sealed class FaultRevocationRaceTests
{
    private const int Hits = 100;

    [Fact]
    public async Task Fault_R6_Issues_nothing_that_was_decided_before_once_the_revocation_is_acknowledged()
    {
        using var gate = new Gate();
        await using var shop = await RevocationShop.StartAsync(builder => builder.Services.AddSingleton<IIncomingGrainCallFilter>(gate));
        var login = shop.Login("r6");
        await shop.IssueAsync("web", login, "orders");
        var admin = await shop.AdminTokenAsync();

        // A mint that is done but not handed over, and cached answers queued behind it: each looks new to the silo's near cache.
        gate.Close();
        var mint = shop.ExchangeAsync("web", shop.Login("r6"), "orders");
        await gate.Reached;
        var hits = Enumerable.Range(0, Hits).Select(hit => shop.ExchangeAsync("web", login, "orders", form => form.Add("hit", $"{hit}"))).ToArray();
        await shop.AdminRevokeAsync(shop.SubjectBody("r6"), admin);
        gate.Open();

        (await mint).AssertRefused(ErrorCodes.InvalidRequest);
        foreach (var hit in hits)
        {
            (await hit).AssertRefused(ErrorCodes.InvalidRequest);
        }
    }

    [Fact]
    public async Task Fault_R2_Promises_nothing_while_the_store_is_down()
    {
        BrokenStore? store = null;
        await using var shop = await RevocationShop.StartAsync(builder =>
        {
            var real = builder.Services.Last(service => service.ServiceType == typeof(IClusterStore)).ImplementationFactory!;
            builder.Services.AddSingleton<IClusterStore>(services => store = new BrokenStore((IClusterStore)real(services)));
        });
        var issued = await shop.IssueAsync("web", shop.Login("r2"), "orders");
        var admin = await shop.AdminTokenAsync();

        store!.IsBroken = true;
        using (var revoked = await shop.RevokeAsync("web", issued.Token))
        {
            AssertUnavailable(revoked);
        }

        using (var revoked = await shop.AdminAsync(HttpMethod.Post, "/admin/revocations", shop.SubjectBody("r2"), admin))
        {
            AssertUnavailable(revoked);
        }

        // To narrow a policy is to revoke, and whoever sends it again may have been told nothing the first time.
        foreach (var revision in new[] { 1, 2 })
        {
            using var published = await shop.SendPolicyAsync(
                HttpMethod.Put, "/admin/policy", RevocationShopPolicy.Text(shop.Issuer, shop.Parties, revision), admin);
            AssertUnavailable(published);
        }

        // And it holds once the store is back and the client has asked again (RFC 7009 section 2.2.1).
        store.IsBroken = false;
        using (var revoked = await shop.RevokeAsync("web", issued.Token))
        {
            Assert.Equal(HttpStatusCode.OK, revoked.StatusCode);
        }

        Assert.False(await shop.IsActiveAsync("orders", issued.Token));
    }

    private static void AssertUnavailable(HttpResponseMessage response)
    {
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.NotNull(response.Headers.RetryAfter);
    }

    /// <summary>Holds the answer of subject grains back, after they have decided.</summary>
    private sealed class Gate : IIncomingGrainCallFilter, IDisposable
    {
        private readonly TaskCompletionSource reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource open = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private volatile bool isClosed;

        public Task Reached => reached.Task;

        public void Close() => isClosed = true;

        public void Open() => open.TrySetResult();

        public void Dispose() => Open();

        public async Task Invoke(IIncomingGrainCallContext context)
        {
            await context.Invoke();
            if (isClosed && context.InterfaceMethod.DeclaringType == typeof(ISubjectGrain))
            {
                reached.TrySetResult();
                await open.Task;
            }
        }
    }

    /// <summary>A store that takes no records while it is broken.</summary>
    private sealed class BrokenStore(IClusterStore store) : IClusterStore, IDisposable
    {
        public volatile bool IsBroken;

        public Task InitializeAsync(CancellationToken cancellationToken) => store.InitializeAsync(cancellationToken);

        public Task RegisterAsync(string silo, TimeSpan dropAfter, CancellationToken cancellationToken) =>
            store.RegisterAsync(silo, dropAfter, cancellationToken);

        public Task<Confirmation> ConfirmAsync(
            string silo, IReadOnlyDictionary<string, long> applied, TimeSpan dropAfter, CancellationToken cancellationToken) =>
            store.ConfirmAsync(silo, applied, dropAfter, cancellationToken);

        public Task HoldAsync(Guid incarnation, CancellationToken cancellationToken) => store.HoldAsync(incarnation, cancellationToken);

        public Task DeregisterAsync(string silo, CancellationToken cancellationToken) => store.DeregisterAsync(silo, cancellationToken);

        public Task<AppendResult> AppendAsync(
            string log, LogHead expected, IReadOnlyList<NewRecord> records, CancellationToken cancellationToken) =>
            IsBroken ? throw new IOException("The store is down.") : store.AppendAsync(log, expected, records, cancellationToken);

        public Task<bool> TrySpendAsync(string kind, string id, DateTimeOffset until, CancellationToken cancellationToken) =>
            store.TrySpendAsync(kind, id, until, cancellationToken);

        public Task PutAsync(string kind, string id, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
            store.PutAsync(kind, id, value, until, cancellationToken);

        public Task<bool> TryReplaceAsync(
            string kind, string id, ReadOnlyMemory<byte> expected, ReadOnlyMemory<byte> value, DateTimeOffset until, CancellationToken cancellationToken) =>
            store.TryReplaceAsync(kind, id, expected, value, until, cancellationToken);

        public Task<ReadOnlyMemory<byte>?> GetAsync(string kind, string id, CancellationToken cancellationToken) =>
            store.GetAsync(kind, id, cancellationToken);

        public void Dispose() => (store as IDisposable)?.Dispose();
    }
}
