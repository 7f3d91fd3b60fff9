using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>What holds for every answer of the token endpoint, whatever was asked.</summary>
internal static partial class AnswerChecks
{
    private static readonly string[] KnownErrors =
    [
        ErrorCodes.InvalidRequest, ErrorCodes.InvalidClient, ErrorCodes.InvalidGrant, ErrorCodes.UnauthorizedClient,
        ErrorCodes.UnsupportedGrantType, ErrorCodes.InvalidScope, ErrorCodes.InvalidTarget,
        ErrorCodes.InsufficientUserAuthentication, ErrorCodes.InvalidDpopProof, ErrorCodes.UseDpopNonce,
        ErrorCodes.InvalidAuthorizationDetails,
    ];

    private static readonly string[] TokenTypes = [AccessTokenTypes.Bearer, AccessTokenTypes.Dpop, AccessTokenTypes.NotApplicable];

    /// <summary>RFC 6749 section 5.1.</summary>
    private static readonly string[] IssuedMembers = [ParameterNames.AccessToken, ParameterNames.ExpiresIn, ParameterNames.TokenType];

    /// <summary>Members that depend on grant and rule; who asked for one checks it.</summary>
    private static readonly string[] OptionalMembers = [ParameterNames.IssuedTokenType, ParameterNames.RefreshToken, ParameterNames.Scope, AuthorizationDetails.Name];

    public static void CheckAll(HttpResponseMessage response, string body, JsonElement json, IEnumerable<string> secrets)
    {
        CheckHeaders(response);
        foreach (var secret in secrets)
        {
            Assert.DoesNotContain(secret, body, StringComparison.Ordinal);
            Assert.DoesNotContain(secret, response.Headers.ToString(), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("   at ", body, StringComparison.Ordinal);
        Assert.True((int)response.StatusCode < 500, $"{response.StatusCode}: {body}");
        if (response.StatusCode == HttpStatusCode.OK)
        {
            CheckIssued(json);
        }
        else
        {
            CheckRefused(response, json);
        }
    }

    // RFC 6749 section 5.1, on errors too.
    private static void CheckHeaders(HttpResponseMessage response)
    {
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal(["no-store"], response.Headers.GetValues("Cache-Control"));
        Assert.Equal(["no-cache"], response.Headers.GetValues("Pragma"));
    }

    private static void CheckIssued(JsonElement json)
    {
        string[] members = [.. json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal)];
        Assert.Equal(IssuedMembers, members.Except(OptionalMembers));
        Assert.Contains(json.GetProperty(ParameterNames.TokenType).GetString(), TokenTypes);
        Assert.True(json.GetProperty(ParameterNames.ExpiresIn).GetInt64() > 0);
    }

    private static void CheckRefused(HttpResponseMessage response, JsonElement json)
    {
        Assert.InRange((int)response.StatusCode, 400, 499);
        var error = json.GetProperty(ParameterNames.Error).GetString();
        Assert.Contains(error, KnownErrors);
        Assert.False(json.TryGetProperty(ParameterNames.AccessToken, out _));

        // RFC 6749 section 5.2: its characters, and so no echo of hostile input.
        Assert.Matches(DescriptionPattern(), json.GetProperty(ParameterNames.ErrorDescription).GetString());
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            Assert.Equal(ErrorCodes.InvalidClient, error);
            Assert.StartsWith("Basic ", response.Headers.WwwAuthenticate.ToString(), StringComparison.Ordinal);
        }
    }

    [GeneratedRegex(@"\A[\x20-\x21\x23-\x5B\x5D-\x7E]+\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DescriptionPattern();
}
