using System.Collections.Immutable;
using ExchangeCluster.Domain.Exchange;
using ExchangeCluster.Grains.Auditing;
using Microsoft.Extensions.Logging;

namespace ExchangeCluster.Grains.Pipeline;

/// <summary>
/// What operators read of an exchange. Only these values are ever logged: reasons, names that the policy gives, and
/// details that the Domain wrote. Never a token, a secret, a subject, or a name that an unknown caller claims.
/// </summary>
internal static partial class ExchangeLog
{
    [LoggerMessage(Level = LogLevel.Information, Message = "Refused an exchange of client {Client}: {Reason}. {Detail} (request {RequestId})")]
    public static partial void InformationRefused(
        this ILogger logger, RefusalReason reason, string? detail, string client, RequestId requestId);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Refused a client whose authentication fails too often. {Detail}")]
    public static partial void DebugFailedTooOften(this ILogger logger, string? detail);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Issued a token to client {Client} by {Rules} ({Source}).")]
    public static partial void DebugIssued(
        this ILogger logger, string? client, ImmutableArray<string> rules, AnswerSource source);

    [LoggerMessage(Level = LogLevel.Error, Message = "An exchange is refused as unavailable.")]
    public static partial void ErrorDependencyFailed(this ILogger logger, Exception exception);
}
