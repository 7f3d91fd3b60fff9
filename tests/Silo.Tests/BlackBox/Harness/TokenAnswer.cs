using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ExchangeCluster.Protocol;
using Xunit;

namespace ExchangeCluster.Silo.Tests.BlackBox.Harness;

/// <summary>The answer to a token request, after <see cref="AnswerChecks"/>.</summary>
public sealed class TokenAnswer
{
    public required HttpStatusCode Status { get; init; }

    public required HttpResponseHeaders Headers { get; init; }

    public required string Body { get; init; }

    public required JsonElement Json { get; init; }

    /// <summary>The issued token; null when the request was refused, or the token is opaque.</summary>
    public required IssuedJwt? Issued { get; init; }

    public string? Error => Text(ParameterNames.Error);

    public string? Scope => Text(ParameterNames.Scope);

    public long ExpiresIn => Json.GetProperty(ParameterNames.ExpiresIn).GetInt64();

    public bool IsIssued => Status == HttpStatusCode.OK;

    /// <summary>The issued token; fails the test when there is none.</summary>
    public IssuedJwt AssertIssued()
    {
        Assert.True(Issued is not null, $"Expected a token but got {Status}: {Body}");
        return Issued;
    }

    /// <summary>The issued opaque token; fails the test when there is none.</summary>
    public string AssertOpaque()
    {
        Assert.True(IsIssued && Issued is null, $"Expected an opaque token but got {Status}: {Body}");
        return Text(ParameterNames.AccessToken)!;
    }

    /// <summary>Fails the test unless the request was refused with this error, and the status that goes with it.</summary>
    public void AssertRefused(string error)
    {
        Assert.True(error == Error, $"Expected {error} but got {Status}: {Body}");
        Assert.Equal(error == ErrorCodes.InvalidClient ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, Status);
    }

    public string? Text(string member) => Json.TryGetProperty(member, out var value) ? value.GetString() : null;
}
