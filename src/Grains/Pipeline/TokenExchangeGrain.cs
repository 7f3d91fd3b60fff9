using ExchangeCluster.Contracts;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies.Sharing;
using ExchangeCluster.Protocol;
using Orleans.Concurrency;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// The door for Orleans clients: the same reader, the same pipeline and the same errors as the token endpoint. Reentrant
/// because it holds no state: one slow exchange must not make others wait.
/// </summary>
[StatelessWorker, Reentrant]
public sealed class TokenExchangeGrain(ExchangePipeline pipeline, ClientSharingPlan plans) : Grain, ITokenExchangeGrain
{
    public async Task<ExchangeReply> ExchangeAsync(ExchangeMessage message, CancellationToken cancellationToken)
    {
        using var outcome = await AnswerAsync(message, cancellationToken);
        return outcome switch
        {
            { Response: { } response } => ReplyOf(response, outcome.DpopNonce),
            { Refusal: { } refusal } => ReplyOf(RefusalCatalogue.ToTokenError(refusal), outcome.DpopNonce),
            _ => throw new InvalidOperationException("No response and no refusal."),
        };
    }

    public async Task<SharingPlanReply> GetSharingPlanAsync(SharingPlanMessage message, CancellationToken cancellationToken)
    {
        var (credentials, refused) = ExchangeMessageReader.ReadCredentials(message.ClientId, message.ClientSecret, message.ClientAssertion);
        if (refused is not null)
        {
            return new SharingPlanReply { Error = RefusalCatalogue.ToTokenError(refused).Code };
        }

        using var answer = await plans.GetAsync(credentials, cancellationToken);
        return answer switch
        {
            { Refusal: { } refusal } => new SharingPlanReply { Error = RefusalCatalogue.ToTokenError(refusal).Code },
            { Value: { } plan } => new SharingPlanReply
            {
                PolicyRevision = plan.Policy.Revision,
                Plan = message.KnownRevision == plan.Policy.Revision ? null : SharingPlanWriter.Write(plan.Policy, plan.Client).ToArray(),
            },
            _ => throw new InvalidOperationException("No plan and no refusal."),
        };
    }

    private Task<ExchangeOutcome> AnswerAsync(ExchangeMessage message, CancellationToken cancellationToken)
    {
        var (credentials, refused) = ExchangeMessageReader.ReadCredentials(message.ClientId, message.ClientSecret, message.ClientAssertion);
        if (refused is not null)
        {
            return Task.FromResult(pipeline.Refuse(refused));
        }

        var (request, malformed) = TokenRequestReader.Read(ExchangeMessageReader.ReadParameters(message));
        return request is null
            ? Task.FromResult(pipeline.Refuse(malformed!))
            : pipeline.AnswerAsync(credentials, ExchangeMessageReader.ReadProof(message), certificate: null, request, cancellationToken);
    }

    private static ExchangeReply ReplyOf(TokenExchangeResponse response, string? nonce) => new()
    {
        AccessToken = response.AccessToken.Reveal(),
        IssuedTokenType = response.IssuedTokenType,
        TokenType = response.TokenType,
        ExpiresInSeconds = response.ExpiresInSeconds,
        Scope = response.Scope.Text,
        AuthorizationDetails = response.AuthorizationDetails.IsEmpty ? null : response.AuthorizationDetails.Text,
        DpopNonce = nonce,
    };

    private static ExchangeReply ReplyOf(TokenError error, string? nonce) => new()
    {
        Error = error.Code,
        ErrorDescription = error.Description,
        AcrValues = error.StepUp is { AcrValues: { IsEmpty: false } acrValues } ? string.Join(' ', acrValues) : null,
        MaxAgeSeconds = error.StepUp?.MaxAgeSeconds,
        DpopNonce = nonce,
    };
}
