using System.Net.Http.Headers;
using ExchangeCluster.Client;
using ExchangeCluster.Samples.Shop.Measure;

namespace ExchangeCluster.Samples.Shop.Services;

/// <summary>How a service of the sample calls others.</summary>
internal sealed class Consumer(string name, World world)
{
    /// <summary>The first of the three lines. With <see cref="Approach.ReuseEverywhere"/> there is no token service to ask.</summary>
    public void Register(IServiceCollection services)
    {
        services.AddHttpContextAccessor();
        if (world.Approach == Approach.ReuseEverywhere)
        {
            return;
        }

        services.AddTokenExchange(options =>
        {
            options.Issuer = world.TokenServiceAddress;
            options.ClientId = name;
            options.ClientSecret = world.Secrets.Of(name);
            if (name == "orders")
            {
                options.OtherDomains["payment"] = new OtherDomain
                {
                    AuthorizationServer = "payments-as",
                    Issuer = world.PaymentsAddress,
                    ClientId = "shop",
                    ClientSecret = world.Secrets.Of("shop"),
                    Audience = "payment",
                };
            }
        });
        services.RecordTokens(name, world.Journal);
    }

    /// <summary>The other two: a client of a target.</summary>
    public void AddClient(IServiceCollection services, string target, Uri address)
    {
        var client = services.AddHttpClient(target, http => http.BaseAddress = address);
        if (world.Approach == Approach.ReuseEverywhere)
        {
            client.AddHttpMessageHandler(provider => new ForwardingHandler(name, target, provider.GetRequiredService<IHttpContextAccessor>(), world.Journal));
        }
        else
        {
            client.AddTokenFor(target);
        }
    }

    /// <summary>Hands the incoming token on to everyone.</summary>
    private sealed class ForwardingHandler(string caller, string target, IHttpContextAccessor context, Journal journal) : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var incoming = AuthenticationHeaderValue.Parse(context.HttpContext!.Request.Headers.Authorization.ToString());
            request.Headers.Authorization = incoming;
            journal.Add(new Hop(caller, target, Hop.Forwarded, incoming.Parameter!, TimeSpan.Zero));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
