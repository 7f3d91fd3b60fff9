using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ExchangeCluster.Tool.Policies;

namespace ExchangeCluster.Tool.Cluster;

/// <summary>Asks the management API of one silo.</summary>
internal sealed class SiloClient(HttpClient http, Uri address, string? token)
{
    public Uri Address => address;

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation, string? missing = null) => SendAsync(HttpMethod.Get, path, null, cancellation, missing);

    public Task<JsonElement> PostJsonAsync(string path, string json, CancellationToken cancellation, string? missing = null) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json")), cancellation, missing);

    /// <summary>Mistakes and warnings come back with the name of the file, as <c>exchange check</c> would say them.</summary>
    public async Task<JsonElement> SendPolicyAsync(HttpMethod method, string path, PolicyText policy, CancellationToken cancellation)
    {
        try
        {
            return await SendAsync(method, path, new StringContent(policy.Text, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml")), cancellation);
        }
        catch (SiloFailedException failure)
        {
            throw new SiloFailedException(policy.Named(failure.Message), failure.Code);
        }
    }

    /// <param name="method">The method.</param>
    /// <param name="path">The path.</param>
    /// <param name="content">The body, if there is one.</param>
    /// <param name="cancellation">Ends it.</param>
    /// <param name="missing">What it means that the silo doesn't know of it; null: that it isn't a management listener.</param>
    /// <exception cref="SiloFailedException">There is no good answer; says why.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation, string? missing = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        if (token is not null)
        {
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? Parse(text) : throw Refused(response.StatusCode, text, missing);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new SiloFailedException($"{address} does not answer within {http.Timeout.TotalSeconds:0} s.", ExitCode.Unavailable);
        }
        catch (HttpRequestException e)
        {
            throw new SiloFailedException($"{address} does not answer: {e.Message}", ExitCode.Unavailable);
        }
    }

    private JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw NoSilo();
        }
    }

    private SiloFailedException NoSilo() => new($"{address} does not answer as a silo: is it a management URL?", ExitCode.Unavailable);

    private SiloFailedException Refused(HttpStatusCode status, string text, string? missing) => status switch
    {
        HttpStatusCode.Unauthorized => new($"{address} wants an access token for itself: set {ClusterOptions.TokenVariable}, or --token-file.", ExitCode.Usage),
        HttpStatusCode.Forbidden => new($"{address} wants a token that grants exchange.admin.", ExitCode.Usage),
        HttpStatusCode.NotFound => missing is null ? NoSilo() : new(missing, ExitCode.Findings),
        HttpStatusCode.BadRequest => new(Mistakes(text), ExitCode.Findings),
        _ => new($"{address} answers {(int)status}.", ExitCode.Unavailable),
    };

    private static string Mistakes(string text)
    {
        try
        {
            var json = JsonElement.Parse(text);
            return json.TryGetProperty("mistakes", out var mistakes)
                ? string.Join(Environment.NewLine, mistakes.EnumerateArray().Select(mistake => mistake.GetString()))
                : json.GetProperty("error_description").GetString()!;
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return "The silo refuses that, and does not say why.";
        }
    }
}

/// <summary>The message says why a silo gave no answer that can be used.</summary>
/// <param name="message">For people.</param>
/// <param name="code">One of <see cref="ExitCode"/>.</param>
internal sealed class SiloFailedException(string message, int code) : Exception(message)
{
    public int Code => code;
}
