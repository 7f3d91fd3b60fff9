using System.Globalization;
using ExchangeCluster.Protocol;
using Microsoft.AspNetCore.Http;

namespace ExchangeCluster.Client.Yarp;

/// <summary>What a refusal of the token service means to the caller of the gateway (RFC 6750 section 3.1).</summary>
internal static class Challenges
{
    /// <returns>The status, and the value of <c>WWW-Authenticate</c>; null without.</returns>
    public static (int Status, string? Challenge) For(TokenError error) => error.Code switch
    {
        // RFC 8693 section 2.2.2: the subject token is not valid.
        ErrorCodes.InvalidRequest => (StatusCodes.Status401Unauthorized, Bearer(ErrorCodes.InvalidToken)),
        ErrorCodes.InsufficientUserAuthentication => (StatusCodes.Status401Unauthorized, StepUp(error.StepUp)),
        ErrorCodes.InvalidTarget or ErrorCodes.InvalidScope =>
            (StatusCodes.Status403Forbidden, Bearer(ErrorCodes.InsufficientScope)),
        ErrorCodes.TemporarilyUnavailable => (StatusCodes.Status503ServiceUnavailable, null),

        // Between the gateway and the token service: not the caller's to mend.
        _ => (StatusCodes.Status502BadGateway, null),
    };

    private static string Bearer(string error) => $"{AccessTokenTypes.Bearer} error=\"{error}\"";

    /// <summary>RFC 9470 section 3.</summary>
    private static string StepUp(StepUp? stepUp)
    {
        var challenge = Bearer(ErrorCodes.InsufficientUserAuthentication);
        if (stepUp is { AcrValues: { IsEmpty: false } acrValues })
        {
            challenge += $", acr_values=\"{string.Join(' ', acrValues)}\"";
        }

        return stepUp is { MaxAgeSeconds: { } maxAge }
            ? challenge + string.Create(CultureInfo.InvariantCulture, $", max_age={maxAge}")
            : challenge;
    }
}
