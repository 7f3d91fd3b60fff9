using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using ExchangeCluster.Protocol;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Xunit;

namespace ExchangeCluster.Client.Tests.Http;

public sealed class TargetCallTests
{
    [Fact]
    public async Task Puts_the_target_s_token_on_a_request()
    {
        await using var sdk = await Sdk.StartAsync();
        using var response = await sdk.CallAsync();
        Assert.Equal("Bearer issued-1", Assert.Single(sdk.Target.Calls).Header("Authorization"));
        var exchange = Assert.Single(sdk.Exchanges);
        Assert.Equal("Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes("shop:" + Sdk.Secret)), exchange.Header("Authorization"));
        Assert.Equal((sdk.Incoming, "credit"), (exchange.Parameter("subject_token"), exchange.Parameter("audience")));
        Assert.Null(exchange.Header("DPoP"));
    }

    [Fact]
    public async Task Tries_once_more_with_a_new_token_after_401()
    {
        await using var sdk = await Sdk.StartAsync();
        using (await sdk.CallAsync())
        {
        }

        sdk.Target.Answer = Refuse("Bearer issued-1");
        using var response = await sdk.CallAsync("body");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(["Bearer issued-1", "Bearer issued-1", "Bearer issued-2"], sdk.Target.Calls.Select(call => call.Header("Authorization")));
        Assert.Equal(["hello", "body", "body"], sdk.Target.Calls.Select(call => call.Body));

        // The refused one is forgotten.
        using var next = await sdk.CallAsync();
        Assert.Equal("Bearer issued-2", sdk.Target.Calls.Last().Header("Authorization"));
    }

    [Fact]
    public async Task Hands_a_second_401_to_the_caller()
    {
        await using var sdk = await Sdk.StartAsync();
        sdk.Target.Answer = Refuse("Bearer issued-1", "Bearer issued-2");
        using var response = await sdk.CallAsync();
        Assert.Equal(HttpStatusCode.Unauthorized, response.StatusCode);
        Assert.Equal(2, sdk.Target.Calls.Count);
    }

    [Fact]
    public async Task Signs_a_new_assertion_for_each_attempt()
    {
        var key = PrivateKey(out var publicKey);
        await using var sdk = await Sdk.StartAsync(options => (options.ClientSecret, options.ClientKey) = (null, key));
        sdk.Tokens.Answer = (_, context) => sdk.Exchanges.Count == 1 ? Answer(context, 503) : sdk.IssueAsync(context);
        using var response = await sdk.CallAsync();
        Assert.Equal("Bearer issued-2", Assert.Single(sdk.Target.Calls).Header("Authorization"));
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var exchange in sdk.Exchanges)
        {
            Assert.Equal(ClientAssertionTypes.JwtBearer, exchange.Parameter("client_assertion_type"));
            Assert.Equal("credit", exchange.Parameter("audience"));
            Assert.Null(exchange.Header("Authorization"));
            var assertion = await ValidateAsync(exchange.Parameter("client_assertion")!, publicKey);
            Assert.Equal(("shop", "shop"), (assertion.Issuer, assertion.Subject));
            Assert.Equal([sdk.Tokens.Address.OriginalString.TrimEnd('/')], assertion.Audiences);
            Assert.True(ids.Add(assertion.Id));
        }

        Assert.Equal(2, ids.Count);
        var plan = sdk.Tokens.Calls.First(call => call.Path == "/sharing-plan");
        Assert.Equal("POST", plan.Method);
        Assert.True(ids.Add((await ValidateAsync(plan.Parameter("client_assertion")!, publicKey)).Id));
    }

    [Fact]
    public async Task Proves_its_key_to_the_token_service_and_to_the_target()
    {
        var key = PrivateKey(out var publicKey);
        await using var sdk = await Sdk.StartAsync(options => options.ProofKey = key);
        sdk.Tokens.Answer = async (_, context) =>
        {
            context.Response.Headers["DPoP-Nonce"] = "nonce-of-service";
            await (sdk.Exchanges.Count == 1 ? Answer(context, 400, """{"error":"use_dpop_nonce"}""") : sdk.IssueAsync(context, "DPoP"));
        };
        sdk.Target.Answer = (call, context) =>
        {
            context.Response.Headers["DPoP-Nonce"] = "nonce-of-target";
            return Answer(context, call == 1 ? 401 : 200);
        };
        using var response = await sdk.CallAsync();
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);

        var tokenEndpoint = new Uri(sdk.Tokens.Address, "/oauth/token").AbsoluteUri;
        var proofs = await Task.WhenAll(sdk.Exchanges.Select(exchange => ValidateAsync(exchange.Header("DPoP")!, publicKey)));
        Assert.Equal([null, "nonce-of-service", "nonce-of-service"], proofs.Select(proof => Claim(proof, "nonce")));
        Assert.All(proofs, proof => Assert.Equal(("POST", tokenEndpoint, null), (Claim(proof, "htm"), Claim(proof, "htu"), Claim(proof, "ath"))));

        Assert.Equal(["DPoP issued-2", "DPoP issued-3"], sdk.Target.Calls.Select(call => call.Header("Authorization")));
        var targetProofs = await Task.WhenAll(sdk.Target.Calls.Select(call => ValidateAsync(call.Header("DPoP")!, publicKey)));
        Assert.Equal([null, "nonce-of-target"], targetProofs.Select(proof => Claim(proof, "nonce")));
        Assert.Equal(
            Base64UrlEncoder.Encode(SHA256.HashData("issued-3"u8)), Claim(targetProofs[1], "ath"));
        Assert.Equal(new Uri(sdk.Target.Address, "/rate").AbsoluteUri, Claim(targetProofs[1], "htu"));
        Assert.Equal(5, proofs.Concat(targetProofs).Select(proof => proof.Id).Distinct().Count());
        foreach (var proof in proofs.Concat(targetProofs))
        {
            Assert.Equal("dpop+jwt", proof.Typ);
            var jwk = JsonNode.Parse(Base64UrlEncoder.Decode(proof.EncodedHeader))!["jwk"]!.AsObject();
            Assert.Equal(["crv", "kty", "x", "y"], jwk.Select(member => member.Key).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task Takes_an_incoming_token_that_is_bound_to_its_caller()
    {
        await using var sdk = await Sdk.StartAsync();
        sdk.Receives("DPoP bound");
        using var response = await sdk.CallAsync();
        Assert.Equal("bound", Assert.Single(sdk.Exchanges).Parameter("subject_token"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Basic c2hvcDpz")]
    public async Task Refuses_to_call_without_an_incoming_token(string? authorization)
    {
        await using var sdk = await Sdk.StartAsync();
        sdk.Receives(authorization);
        await Assert.ThrowsAsync<InvalidOperationException>(() => sdk.CallAsync());
        Assert.Empty(sdk.Target.Calls);
        Assert.Empty(sdk.Tokens.Calls);
    }

    [Fact]
    public async Task Sends_nothing_to_where_the_token_service_redirects()
    {
        await using var sdk = await Sdk.StartAsync();
        sdk.Tokens.Answer = (_, context) =>
        {
            context.Response.Headers.Location = sdk.Target.Address.AbsoluteUri;
            return Answer(context, 307);
        };
        await Assert.ThrowsAsync<InvalidTokenResponseException>(() => sdk.CallAsync());
        Assert.Empty(sdk.Target.Calls);
    }

    [Fact]
    public async Task Logs_no_token_and_no_secret()
    {
        var key = PrivateKey(out _);
        await using var sdk = await Sdk.StartAsync(options => options.ProofKey = key);
        sdk.Target.Answer = Refuse("Bearer issued-1");
        sdk.Tokens.Answer = (_, context) => sdk.Exchanges.Count == 2 ? Answer(context, 503) : sdk.IssueAsync(context);
        using var response = await sdk.CallAsync();
        Assert.NotEmpty(sdk.Logs.Lines);
        string[] secrets = [sdk.Incoming, "issued-", Sdk.Secret, Convert.ToBase64String(Encoding.ASCII.GetBytes("shop:" + Sdk.Secret)), sdk.Exchanges[0].Header("DPoP")!];
        Assert.All(sdk.Logs.Lines, line => Assert.All(secrets, secret => Assert.DoesNotContain(secret, line, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("Issuer must be https", "http://sts.example", "s", null, null)]
    [InlineData("Exactly one of", "https://sts.example", null, null, null)]
    [InlineData("Exactly one of", "https://sts.example", "s", "{}", null)]
    [InlineData("ClientKey is not", "https://sts.example", null, "{\"kty\":\"EC\"}", null)]
    [InlineData("ProofKey is not", "https://sts.example", "s", null, "rubbish")]
    [InlineData("Issuer", null, "s", null, null)]
    public void Refuses_wrong_options(string problem, string? issuer, string? secret, string? clientKey, string? proofKey)
    {
        using var services = new ServiceCollection().AddTokenExchange(options =>
        {
            options.Issuer = issuer is null ? null : new Uri(issuer);
            options.ClientId = "shop";
            (options.ClientSecret, options.ClientKey, options.ProofKey) = (secret, clientKey, proofKey);
        }).BuildServiceProvider();
        var refused = Assert.Throws<OptionsValidationException>(() => services.GetRequiredService<ITokenProvider>());
        Assert.Contains(problem, refused.Message, StringComparison.Ordinal);
    }

    private static Func<int, HttpContext, Task> Refuse(params string[] tokens) =>
        (_, context) => Answer(context, tokens.Contains(context.Request.Headers.Authorization.ToString()) ? 401 : 200);

    private static Task Answer(HttpContext context, int status, string json = "{}")
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(json);
    }

    private static string? Claim(JsonWebToken token, string name) => token.TryGetPayloadValue<string>(name, out var value) ? value : null;

    private static string PrivateKey(out JsonWebKey publicKey)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var key = pair.ExportParameters(includePrivateParameters: true);
        publicKey = new JsonWebKey { Kty = "EC", Crv = "P-256", X = Base64UrlEncoder.Encode(key.Q.X), Y = Base64UrlEncoder.Encode(key.Q.Y) };
        return new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["alg"] = "ES256",
            ["kid"] = "k1",
            ["x"] = publicKey.X,
            ["y"] = publicKey.Y,
            ["d"] = Base64UrlEncoder.Encode(key.D),
        }.ToJsonString();
    }

    private static async Task<JsonWebToken> ValidateAsync(string token, JsonWebKey key)
    {
        var result = await new JsonWebTokenHandler().ValidateTokenAsync(token, new TokenValidationParameters
        {
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = true,
        });
        Assert.True(result.IsValid, result.Exception?.Message);
        return (JsonWebToken)result.SecurityToken;
    }
}
