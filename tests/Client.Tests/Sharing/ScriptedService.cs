using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ExchangeCluster.Client.Sharing;
using ExchangeCluster.Protocol;

namespace ExchangeCluster.Client.Tests.Sharing;

/// <summary>A token service that answers at once, or when the test says so, and counts what it is asked.</summary>
internal sealed class ScriptedService : ITokenExchanger, ISharingPlanSource
{
    private int serial;

    public ConcurrentQueue<TokenExchangeRequest> Requests { get; } = new();

    public long ExpiresInSeconds { get; set; } = 300;

    /// <summary>Exchanges wait for this.</summary>
    public Task Gate { get; set; } = Task.CompletedTask;

    /// <summary>Who asks for the plan waits for this.</summary>
    public Task PlanGate { get; set; } = Task.CompletedTask;

    /// <summary>Null: it issues.</summary>
    public TokenError? Error { get; set; }

    public Exception? Failure { get; set; }

    public SharingPlan Plan { get; set; } = SharingPlan.ExchangeAll;

    public async Task<TokenExchangeResult> ExchangeAsync(TokenExchangeRequest request, CancellationToken cancellationToken = default)
    {
        Requests.Enqueue(request);
        await Gate;
        return (Failure, Error) switch
        {
            ({ } failure, _) => throw failure,
            (_, { } error) => TokenExchangeResult.Refused(HttpStatusCode.BadRequest, error),
            _ => TokenExchangeResult.Issued(HttpStatusCode.OK, new TokenExchangeResponse
            {
                AccessToken = new SensitiveText($"issued-{Interlocked.Increment(ref serial)}:{request.Audiences.Single()}:{request.SubjectToken.Reveal()}"),
                IssuedTokenType = TokenTypeIdentifiers.AccessToken,
                TokenType = AccessTokenTypes.Bearer,
                ExpiresInSeconds = ExpiresInSeconds,
                Scope = ScopeSet.Of("read"),
            }),
        };
    }

    public async ValueTask<SharingPlan> GetAsync(CancellationToken cancellationToken)
    {
        await PlanGate;
        return Plan;
    }

    public static SharingPlan PlanOf(string target, string audience, string outcome = "reuse") => SharingPlan.Read(Encoding.UTF8.GetBytes(
        $$"""{"client":"shop","policy_revision":1,"edges":[{"target":"{{target}}","audience":"{{audience}}","outcome":"{{outcome}}","reason":"x","scopes":[]}]}"""))!;
}
