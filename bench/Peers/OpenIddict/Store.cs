using Microsoft.EntityFrameworkCore;
using OpenIddict.Abstractions;
using static OpenIddict.Abstractions.OpenIddictConstants;

namespace ExchangeCluster.OpenIddict;

/// <summary>OpenIddict's tables and the one client.</summary>
internal sealed class Store(DbContextOptions<Store> options) : DbContext(options)
{
    public static async Task CreateAsync(IServiceProvider services)
    {
        await using var scope = services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<Store>().Database.EnsureCreatedAsync();
        await scope.ServiceProvider.GetRequiredService<IOpenIddictApplicationManager>().CreateAsync(new OpenIddictApplicationDescriptor
        {
            ClientId = Peer.Client,
            ClientSecret = Peer.Secret,
            ClientType = ClientTypes.Confidential,
            Permissions =
            {
                Permissions.Endpoints.Token, Permissions.GrantTypes.TokenExchange, Permissions.GrantTypes.ClientCredentials,
                Permissions.Prefixes.Scope + "a", Permissions.Prefixes.Scope + "b", Permissions.Prefixes.Scope + "c", Permissions.Prefixes.Scope + "d",
            },
        });
    }
}
