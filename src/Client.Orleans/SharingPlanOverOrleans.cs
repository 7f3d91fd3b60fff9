using System.Globalization;
using ExchangeCluster.Client.Http;
using ExchangeCluster.Client.Sharing;
using ExchangeCluster.Contracts;
using Microsoft.Extensions.Options;

namespace ExchangeCluster.Client.Orleans;

/// <summary>Asks the cluster's public grain for the plan.</summary>
internal sealed class SharingPlanOverOrleans(IClusterClient grains, IOptions<TokenExchangeOptions> options, TimeProvider clock) : ISharingPlanEndpoint
{
    private readonly ClientAssertionSigner? assertions = ClientAssertionSigner.For(options.Value, clock);

    public async Task<SharingPlanAnswer> AskAsync(string? knownVersion)
    {
        try
        {
            var reply = await grains.GetGrain<ITokenExchangeGrain>(0).GetSharingPlanAsync(Message(knownVersion), CancellationToken.None).ConfigureAwait(false);
            return reply switch
            {
                { Error: { } error } => new(Problem: error),
                { Plan: null } => default,
                _ => SharingPlan.Read(reply.Plan) is { } plan
                    ? new(plan, reply.PolicyRevision?.ToString(CultureInfo.InvariantCulture))
                    : new(Problem: "malformed"),
            };
        }
        catch (Exception exception) when (GrainCalls.IsFailure(exception))
        {
            return new(Problem: exception.GetType().Name);
        }
    }

    private SharingPlanMessage Message(string? knownVersion) => new()
    {
        ClientId = options.Value.ClientId,
        ClientSecret = options.Value.ClientSecret,
        ClientAssertion = assertions?.Sign(),
        KnownRevision = long.TryParse(knownVersion, CultureInfo.InvariantCulture, out var revision) ? revision : null,
    };
}
