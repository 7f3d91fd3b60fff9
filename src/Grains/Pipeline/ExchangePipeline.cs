using System.Collections.Immutable;
using ExchangeCluster.Domain.Clients;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Domain.Policies;
using ExchangeCluster.Domain.ProofOfPossession;
using ExchangeCluster.Grains.Auditing;
using ExchangeCluster.Grains.Replication;
using ExchangeCluster.Grains.Revocations;
using ExchangeCluster.Grains.Subjects;
using ExchangeCluster.Protocol;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>One token request from credentials to answer, whatever its grant; the HTTP facade and the public grain share it.</summary>
/// <remarks>
/// 1. Which client asks, may it use this grant, and which key does it prove? 2. For which services? 3. On whose behalf, and who acts? 4. The subject's
/// grain answers. 5. Is the state that all this was decided under still the current one? If it has moved, once more from
/// step 1.
/// </remarks>
public sealed class ExchangePipeline(
    IClusterState state,
    HandOvers handOvers,
    IGrainFactory grains,
    SubjectExchange subjectExchange,
    IKeySetRefresher keySets,
    ISpentOnce spentOnce,
    FailureLimit failures,
    ITokenReferences references,
    IRefreshTokens refreshTokens,
    IRevocationPublisher revocations,
    TimeProvider time,
    ExchangeMetrics metrics,
    DecisionJournal journal,
    ILogger<ExchangePipeline> logger)
{
    /// <summary>Three for keys that are refreshed on the way, three for state that moves.</summary>
    private const int MaxAttempts = 6;

    /// <summary>In the log, before a client is authenticated: what it calls itself is not ours to repeat.</summary>
    private const string UnknownClient = "(not authenticated)";

    private readonly ClientGate clients = new(keySets, spentOnce, failures, time);
    private readonly ProofGate proofs = new(spentOnce, time);
    private readonly ExchangeGrant exchange = new(new SubjectTokenGate(keySets, new OpaqueTokens(references), time));
    private readonly BatchGrant batches = new(new ExchangeGrant(new SubjectTokenGate(keySets, new OpaqueTokens(references), time)));
    private readonly JwtBearerGrant jwtBearer = new(keySets, spentOnce, time);
    private readonly SubjectCalls subjects = new(grains, subjectExchange, state, logger);
    private readonly ProvenCache proven = new(time);
    private readonly RefreshGrant refresh = new(refreshTokens, revocations, state);

    /// <summary>The same without a proof of possession.</summary>
    public Task<ExchangeOutcome> AnswerAsync(ClientCredentials? credentials, TokenRequest request, CancellationToken cancellationToken) =>
        AnswerAsync(credentials, proof: null, certificate: null, request, cancellationToken);

    /// <param name="credentials">Null when the caller presented none.</param>
    /// <param name="proof">The DPoP proof; null when the caller presented none.</param>
    /// <param name="certificate">The certificate of the TLS connection; null without.</param>
    /// <param name="request">What is asked.</param>
    /// <param name="cancellationToken">The caller went away.</param>
    /// <returns>To be disposed once it is handed over.</returns>
    /// <exception cref="OperationCanceledException">The caller went away.</exception>
    public async Task<ExchangeOutcome> AnswerAsync(
        ClientCredentials? credentials,
        SensitiveText? proof,
        ClientCertificate? certificate,
        TokenRequest request,
        CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        var run = new ExchangeRun(credentials, proof, certificate, request);
        var outcome = await DecideUntilCurrentAsync(run, cancellationToken) with { RequestId = RequestId.Next() };
        Record(run, outcome, outcome.RequestId.Value, time.GetElapsedTime(started));
        return outcome;
    }

    /// <summary>Records a request that was refused before it became an exchange, by its form or its parameters.</summary>
    public ExchangeOutcome Refuse(Refusal refusal)
    {
        metrics.Refused(refusal.Reason, TimeSpan.Zero);
        var id = RequestId.Next();
        Log(refusal, UnknownClient, id);
        return new ExchangeOutcome(null, refusal) { RequestId = id };
    }

    private void Record(ExchangeRun run, ExchangeOutcome outcome, RequestId id, TimeSpan elapsed)
    {
        foreach (var item in outcome.Items)
        {
            Record(run, item, id, elapsed);
        }

        if (outcome.Refusal is { } refusal)
        {
            metrics.Refused(refusal.Reason, elapsed);
            Log(refusal, run.Client ?? UnknownClient, id);
        }
        else if (outcome.Response is not null)
        {
            metrics.Issued(outcome.Source, elapsed);
            logger.DebugIssued(run.Client, outcome.Rules, outcome.Source);
        }

        if (IsDecision(run, outcome))
        {
            var facts = outcome.Facts ?? DecisionFacts.Refused(run.Client, null, outcome.Refusal!);
            journal.Record(new DecisionEntry(facts, id, time.GetUtcNow(), outcome.Source));
        }
    }

    /// <summary>What is refused to nobody in particular, as often as it is asked, would push everything else out of the audit.</summary>
    private static bool IsDecision(ExchangeRun run, ExchangeOutcome outcome) =>
        outcome.Items.IsEmpty && (run.Client is not null || outcome.Refusal?.Reason == RefusalReason.ClientAuthenticationFailed);

    /// <summary>Whoever fails too often, or asks too much, must not fill the log as well: the metric tells.</summary>
    private void Log(Refusal refusal, string client, RequestId id)
    {
        if (refusal.Reason == RefusalReason.ClientAuthenticationFailedTooOften)
        {
            logger.DebugFailedTooOften(refusal.Detail);
        }
        else if (refusal.Reason != RefusalReason.Overloaded)
        {
            logger.InformationRefused(refusal.Reason, refusal.Detail, client, id);
        }
    }

    private async Task<ExchangeOutcome> DecideUntilCurrentAsync(ExchangeRun run, CancellationToken cancellationToken)
    {
        try
        {
            for (var attempt = 0; attempt < MaxAttempts; attempt++)
            {
                if (state.Current is not { } snapshot)
                {
                    return Unavailable(string.Join("; ", state.NotReadyReasons));
                }

                // 5. A refusal too is handed over only under the state that it was decided under.
                if (await DecideAsync(run, snapshot, cancellationToken) is not { } outcome)
                {
                    continue;
                }

                var handOver = handOvers.Begin();
                if (state.IsCurrent(snapshot.Versions))
                {
                    var answer = outcome with { HandOver = handOver };
                    return run.Found is { } found && answer.Response is not null
                        ? await refresh.SpendAsync(found, answer, snapshot, cancellationToken)
                        : answer;
                }

                handOver.Dispose();
            }

            return Unavailable("The replicated state kept moving.");
        }
        catch (DependencyFailedException exception)
        {
            logger.ErrorDependencyFailed(exception);
            return Unavailable(exception.Message);
        }
    }

    /// <summary>Null when the exchange must be decided again, because newer state has arrived.</summary>
    private async Task<ExchangeOutcome?> DecideAsync(
        ExchangeRun run, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        // 1. First of all, so that strangers learn nothing of targets and tokens.
        var client = await clients.AuthenticateAsync(run, snapshot, cancellationToken);
        if (client.Value is null)
        {
            return Ended(run, client.Refusal, snapshot);
        }

        run.Client = client.Value.Name;
        if (!client.Value.Grants.HasFlag(run.Request.Grant))
        {
            return Ended(run, new Refusal(RefusalReason.ClientNotAllowedGrant), snapshot);
        }

        if (await proofs.CheckAsync(run, snapshot, cancellationToken) is { } unproved)
        {
            var nonce = unproved.Reason == RefusalReason.DpopNonceRequired ? DpopNonce.At(time.GetUtcNow(), snapshot.KeyRing.Secret) : null;
            return new ExchangeOutcome(null, unproved, snapshot.Versions) { DpopNonce = nonce };
        }

        if (run.Request is TokenRequest.Batch batch)
        {
            return await DecideBatchAsync(run, batch, client.Value, snapshot, cancellationToken);
        }

        // The very same question may have an answer that still holds for whoever proved the same.
        var key = proven.KeyOf(run, client.Value);
        if (key is { } known && proven.TryAnswer(known, snapshot.Versions, out var kept))
        {
            return kept;
        }

        // 2. and 3., by grant; before any grain is addressed: nobody chooses a grain key without a valid token.
        var command = run.Request switch
        {
            TokenRequest.Exchange request => await exchange.ToCommandAsync(run, request.Request, client.Value, snapshot, cancellationToken),
            TokenRequest.JwtBearer request => await jwtBearer.ToCommandAsync(run, request, client.Value, snapshot, cancellationToken),
            TokenRequest.Refresh request => await refresh.ToCommandAsync(run, request, client.Value, snapshot, cancellationToken),
            TokenRequest.OwnToken request => OwnTokenGrant.ToCommand(run, request, client.Value, snapshot),
            var other => throw new InvalidOperationException($"A request without a grant: {other.GetType()}."),
        };
        var outcome = await AnswerAsync(run, command, snapshot, cancellationToken);
        if (key is { } asked && outcome is not null)
        {
            proven.Keep(asked, outcome);
        }

        return outcome;
    }

    /// <summary>Every item on its own, but all under one state.</summary>
    private async Task<ExchangeOutcome?> DecideBatchAsync(
        ExchangeRun run, TokenRequest.Batch batch, Service client, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        var commands = await batches.ToCommandsAsync(run, batch, client, snapshot, cancellationToken);
        if (commands.Value is null)
        {
            return Ended(run, commands.Refusal, snapshot);
        }

        var items = ImmutableArray.CreateBuilder<ExchangeOutcome>(commands.Value.Steps.Length);
        foreach (var command in commands.Value.Steps)
        {
            if (await AnswerAsync(run, command, snapshot, cancellationToken) is not { } item)
            {
                return null;
            }

            items.Add(item);
        }

        return new ExchangeOutcome(null, null, snapshot.Versions) { Items = items.ToImmutable() };
    }

    private async Task<ExchangeOutcome?> AnswerAsync(
        ExchangeRun run, Step<ExchangeCommand> command, ClusterSnapshot snapshot, CancellationToken cancellationToken)
    {
        if (command.Value is null)
        {
            return Ended(run, command.Refusal, snapshot);
        }

        // 4.
        return await subjects.AskAsync(command.Value, snapshot, cancellationToken) switch
        {
            SubjectReply.Issued issued => Issued(run, command.Value, issued, snapshot),
            SubjectReply.Refused refused => Ended(run, refused.Refusal, snapshot, command.Value),
            _ => null,
        };
    }

    private ExchangeOutcome? Issued(ExchangeRun run, ExchangeCommand command, SubjectReply.Issued issued, ClusterSnapshot snapshot)
    {
        var secondsLeft = (issued.Token.ExpiresAt - time.GetUtcNow()).Ticks / TimeSpan.TicksPerSecond;
        if (secondsLeft <= 0)
        {
            // Its life ran out on the way here.
            return null;
        }

        var response = new TokenExchangeResponse
        {
            AccessToken = issued.Token.Token,
            IssuedTokenType = run.Request is TokenRequest.Exchange or TokenRequest.Batch ? issued.Token.IssuedTokenType : null,
            TokenType = issued.Token.TokenType,
            ExpiresInSeconds = secondsLeft,
            Scope = issued.Token.Scope,
            AuthorizationDetails = issued.Token.AuthorizationDetails,
        };
        var until = NearUse.UntilOf(run, command, issued, snapshot);
        return new ExchangeOutcome(response, null, snapshot.Versions)
        {
            Rules = issued.Rules,
            Source = issued.FromCache ? AnswerSource.SubjectMemory : AnswerSource.Decided,
            ExpiresAt = issued.Token.ExpiresAt,
            NearUntil = run.ProvesAnew ? null : until,
            ProvenUntil = run.ProvesAnew ? until : null,
            Facts = DecisionFacts.Issued(command, issued, snapshot.Policy.Revision, snapshot.KeyRing.Secret),
        };
    }

    private static ExchangeOutcome? Ended(ExchangeRun run, Refusal? refusal, ClusterSnapshot snapshot, ExchangeCommand? command = null)
    {
        var told = (refusal, run.Request) switch
        {
            (not null, TokenRequest.JwtBearer) => RefusalCatalogue.OfGrant(refusal),
            (not null, TokenRequest.Refresh) => RefusalCatalogue.OfRefreshToken(refusal),
            _ => refusal,
        };
        return told is null ? null : new ExchangeOutcome(null, told, snapshot.Versions)
        {
            Facts = DecisionFacts.Refused(run.Client, command, told, snapshot.Policy.Revision, snapshot.KeyRing.Secret),
        };
    }

    private static ExchangeOutcome Unavailable(string detail) => new(null, new Refusal(RefusalReason.Unavailable, detail));
}
