using ExchangeCluster.Client;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Samples.Shop.Measure;

/// <summary>Writes down what the SDK gives.</summary>
internal sealed class RecordingTokenProvider(ITokenProvider inner, string caller, Journal journal) : ITokenProvider
{
    public async ValueTask<TargetToken> GetTokenAsync(
        string target, SensitiveText incomingToken, bool anew = false, CancellationToken cancellationToken = default)
    {
        var started = TimeProvider.System.GetTimestamp();
        var token = await inner.GetTokenAsync(target, incomingToken, anew, cancellationToken);
        journal.Add(new Hop(caller, target, token.Origin.ToString(), token.Token.Reveal(), TimeProvider.System.GetElapsedTime(started)));
        return token;
    }
}

internal static class Recording
{
    /// <summary>Puts a <see cref="RecordingTokenProvider"/> around the SDK's provider.</summary>
    public static IServiceCollection RecordTokens(this IServiceCollection services, string caller, Journal journal)
    {
        var sdk = services.Single(service => service.ServiceType == typeof(ITokenProvider));
        services.Remove(sdk);
        return services.AddSingleton<ITokenProvider>(provider => new RecordingTokenProvider(
            (ITokenProvider)ActivatorUtilities.CreateInstance(provider, sdk.ImplementationType!), caller, journal));
    }
}
