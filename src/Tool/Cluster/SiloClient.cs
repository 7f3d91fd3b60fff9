using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace ExchangeCluster.Tool.Cluster;

/// <summary>Asks the management API of one silo.</summary>
internal sealed class SiloClient(HttpClient http, Uri address, string? token)
{
    public Uri Address => address;

    public Task<JsonElement> GetAsync(string path, CancellationToken cancellation) => SendAsync(HttpMethod.Get, path, null, cancellation);

    public Task<JsonElement> PostAsync(string path, object body, CancellationToken cancellation) =>
        SendAsync(HttpMethod.Post, path, Json(JsonSerializer.Serialize(body)), cancellation);

    /// <summary>The same with JSON that is text already.</summary>
    public Task<JsonElement> PostJsonAsync(string path, string json, CancellationToken cancellation) => SendAsync(HttpMethod.Post, path, Json(json), cancellation);

    /// <exception cref="SiloFailedException">There is no good answer; says why.</exception>
    public async Task<JsonElement> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, new Uri(address, path)) { Content = content };
        if (token is not null)
        {
            // A token with a line feed in it is none, and no exception's business.
            request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {token}");
        }

        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var text = await response.Content.ReadAsStringAsync(cancellation);
            return response.IsSuccessStatusCode ? Parse(text) : throw Refused(response.StatusCode, text);
        }
        catch (Exception e) when (e is HttpRequestException or FormatException || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            throw new SiloFailedException($"{address} does not answer: {e.Message}", ExitCode.Unavailable);
        }
    }

    public static HttpContent Yaml(string text) => new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue("application/yaml"));

    private static StringContent Json(string json) => new(json, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));

    private JsonElement Parse(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            throw new SiloFailedException($"{address} does not answer as a silo: is it a management URL?", ExitCode.Unavailable);
        }
    }

    private SiloFailedException Refused(HttpStatusCode status, string text) => status switch
    {
        HttpStatusCode.Unauthorized => new($"{address} wants an access token for itself: set {ClusterOptions.TokenVariable}, or --token-file.", ExitCode.Usage),
        HttpStatusCode.Forbidden => new($"{address} wants a token that grants exchange.admin.", ExitCode.Usage),
        HttpStatusCode.NotFound => new($"{address} knows no such thing.", ExitCode.Findings),
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
