using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Grains.Pipeline;
using ExchangeCluster.Grains.Subjects;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Configuration;

namespace ExchangeCluster.Grains.Hosting;

/// <summary>Makes a silo one of the exchange cluster.</summary>
public static class SiloHosting
{
    /// <summary>How long a subject's grain may idle before its memory is given back: longer than most tokens live.</summary>
    public static readonly TimeSpan IdleCollectionAge = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Registers the pipeline and its grains' surroundings. The caller registers the replicated state, its key set
    /// refresher and a <see cref="TimeProvider"/>, and may register a <see cref="FailureLimit"/> of its own.
    /// </summary>
    public static ISiloBuilder AddExchangeGrains(this ISiloBuilder silo)
    {
        silo.Services.AddMetrics();
        silo.Services.AddSingleton<ExchangeMetrics>();
        silo.Services.TryAddSingleton(provider => new FailureLimit(FailureLimit.DefaultRate, provider.GetRequiredService<TimeProvider>()));
        silo.Services.AddSingleton<TokenShapes>().AddSingleton<SubjectExchange>().AddSingleton<SubjectTurn>();
        silo.Services.AddSingleton<ExchangePipeline>();
        silo.Services.AddSingleton<NearCache>();
        silo.Services.AddAuditing();
        silo.Services.AddTokenQuestions();
        silo.AddIncomingGrainCallFilter<ClientCallFilter>();
        silo.Configure<GrainCollectionOptions>(options => options.CollectionAge = IdleCollectionAge);
        silo.Configure<SiloMessagingOptions>(options =>
        {
            // A caller of a token service gives up sooner than after the default of 30 s; a mint takes microseconds.
            options.ResponseTimeout = TimeSpan.FromSeconds(5);
        });
        silo.Configure<ClusterMembershipOptions>(new MembershipTiming().ApplyTo);
        return silo;
    }
}
