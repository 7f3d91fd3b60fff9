using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ExchangeCluster.Silo.Configuration;
using ExchangeCluster.Silo.Hosting;
using ExchangeCluster.Silo.Tests.BlackBox.Harness;
using ExchangeCluster.Silo.Tests.Cluster.Links;
using Xunit;

namespace ExchangeCluster.Silo.Tests.Cluster;

/// <summary>One silo of a cluster: a process that a test kills, freezes and starts again, and how to talk to it.</summary>
internal sealed class ClusterSilo : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly DirectoryInfo directory = Directory.CreateTempSubdirectory("exchange-cluster-silo-");
    private readonly ConcurrentQueue<string> printed = new();
    private readonly string[] settings;
    private readonly HttpClient tokens;
    private readonly HttpClient management;
    private Process? process;

    /// <param name="policy">Of its own file.</param>
    /// <param name="links">Null: it is connected to everything directly.</param>
    /// <param name="shared">Settings that all silos have.</param>
    public ClusterSilo(string policy, SiloLinks? links, params string[] shared)
    {
        Links = links;

        var (publicUrl, managementUrl) = (FreeUrl(), FreeUrl());
        tokens = new HttpClient { BaseAddress = publicUrl, Timeout = Limit };
        management = new HttpClient { BaseAddress = managementUrl, Timeout = Limit };
        File.WriteAllText(PolicyFile, policy);
        settings =
        [
            .. shared, $"--urls={publicUrl}", $"--ExchangeCluster:ManagementUrl={managementUrl}", $"--ExchangeCluster:PolicyFile={PolicyFile}",
            Port("SiloPort"), Port("GatewayPort"), .. links?.Settings ?? [],
        ];
    }

    public SiloLinks? Links { get; }

    /// <summary>What the next start runs, unless a test says otherwise: this build, or the published one that <c>PUBLISHED_SILO</c> names.</summary>
    public string Assembly { get; set; } = Environment.GetEnvironmentVariable("PUBLISHED_SILO") ?? typeof(SiloHost).Assembly.Location;

    public bool HasEnded => process!.HasExited;

    public string PolicyFile => Path.Combine(directory.FullName, "policy.yaml");

    public bool IsRunning => process is { HasExited: false };

    /// <summary>Whether a connection from this port is its own.</summary>
    public bool Dials(int fromPort) => SocketOwner.Has(process!.Id, fromPort);

    /// <summary>Memory of the process; 0 when it doesn't run.</summary>
    public long ResidentBytes
    {
        get
        {
            process!.Refresh();
            return IsRunning ? process.WorkingSet64 : 0;
        }
    }

    /// <summary>CPU that the process has taken.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process!.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Everything it wrote, for the message of a test that fails.</summary>
    public string Printed => string.Join(Environment.NewLine, printed);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public void Launch()
    {
        var isProgram = Path.GetExtension(Assembly) != ".dll";
        process = Process.Start(new ProcessStartInfo(isProgram ? Assembly : "dotnet", isProgram ? settings : [Assembly, .. settings])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = directory.FullName,
            Environment = { ["ASPNETCORE_ENVIRONMENT"] = "Production" },
        })!;
        process.OutputDataReceived += (_, line) => printed.Enqueue(line.Data ?? "");
        process.ErrorDataReceived += (_, line) => printed.Enqueue(line.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public async Task ReadyAsync()
    {
        try
        {
            await Eventually.HoldsAsync(
                () => process!.HasExited ? throw new InvalidOperationException($"It ended with code {process.ExitCode}.") : IsReadyAsync(), Cancelled);
        }
        catch (Exception e) when (e is TimeoutException or InvalidOperationException)
        {
            throw new InvalidOperationException($"The silo did not become ready. It printed:{Environment.NewLine}{Printed}", e);
        }
    }

    public async Task<bool> IsReadyAsync()
    {
        try
        {
            using var response = await management.GetAsync(new Uri("/health/ready", UriKind.Relative), Cancelled);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>One request to the token listener. A connection that breaks is status 0: nobody knows what became of it.</summary>
    public async Task<Reply> PostAsync(string path, TokenForm form)
    {
        using var request = form.ToRequest();
        request.RequestUri = new Uri(path, UriKind.Relative);
        return await SendAsync(tokens, request);
    }

    /// <summary>The ids of the keys that it publishes.</summary>
    public async Task<IReadOnlyList<string>> KeyIdsAsync()
    {
        var jwks = JsonElement.Parse(await tokens.GetStringAsync(new Uri("/.well-known/jwks.json", UriKind.Relative), Cancelled));
        return [.. jwks.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    /// <summary>One request to the management listener.</summary>
    public Task<Reply> RevokeAsync(string adminToken, HttpContent body) => ManageAsync(HttpMethod.Post, "/admin/revocations", adminToken, body);

    /// <summary>Asks for a past decision.</summary>
    public async Task<Reply> ExplainAsync(string adminToken, string requestId)
    {
        using var body = JsonContent.Create(new { request = requestId });
        return await ManageAsync(HttpMethod.Post, "/admin/explain", adminToken, body);
    }

    /// <summary>What it finds of itself.</summary>
    public Task<Reply> ExamineAsync(string adminToken) => ManageAsync(HttpMethod.Get, "/admin/checks", adminToken);

    /// <summary>Withdraws a signing key of ours.</summary>
    public Task<Reply> WithdrawKeyAsync(string adminToken, string keyId) => ManageAsync(HttpMethod.Delete, "/admin/keys/" + keyId, adminToken);

    public Task KillAsync() => EndAsync("-KILL");

    /// <summary>In order; the exit code.</summary>
    public async Task<int> StopAsync()
    {
        await EndAsync("-TERM");
        return process!.ExitCode;
    }

    /// <summary>Waits until it is ready, and starts it again when it has ended: others may have declared it dead.</summary>
    public Task ReadyAgainAsync() => Eventually.HoldsAsync(
        async () =>
        {
            if (process!.HasExited)
            {
                process.Dispose();
                Launch();
            }

            return await IsReadyAsync();
        },
        Cancelled);

    /// <summary>It does nothing until <see cref="ResumeAsync"/>, and does not know.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    public Task ResumeAsync() => SignalAsync("-CONT");

    /// <summary>It runs for a fifth of the time, until cancelled.</summary>
    public async Task StarveAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested && !HasEnded)
        {
            await FreezeAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, CancellationToken.None);
            await ResumeAsync();
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, CancellationToken.None);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await KillAsync();
        }

        process?.Dispose();
        if (Links is not null)
        {
            await Links.DisposeAsync();
        }

        tokens.Dispose();
        management.Dispose();
        directory.Delete(recursive: true);
    }

    private async Task<Reply> ManageAsync(HttpMethod method, string path, string adminToken, HttpContent? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body };
        request.Headers.Authorization = new("Bearer", adminToken);
        return await SendAsync(management, request);
    }

    private static async Task<Reply> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        try
        {
            using var response = await client.SendAsync(request, Cancelled);
            var body = await response.Content.ReadAsStringAsync(Cancelled);
            return new Reply(response.StatusCode, body.Length == 0 ? default : JsonElement.Parse(body))
            {
                RequestId = response.Headers.TryGetValues("X-Request-Id", out var ids) ? ids.Single() : null,
            };
        }
        catch (HttpRequestException)
        {
            return new Reply(0, default);
        }
    }

    private static Uri FreeUrl() => new(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{FreePort.Find()}"));

    /// <summary>The same one at each start: the silo that comes back takes the place of the one before.</summary>
    private static string Port(string name) => string.Create(CultureInfo.InvariantCulture, $"--ExchangeCluster:{name}={FreePort.Find()}");

    private async Task EndAsync(string signal)
    {
        await SignalAsync(signal);
        using var timeout = new CancellationTokenSource(Limit);
        await process!.WaitForExitAsync(timeout.Token);
    }

    private async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [signal, process!.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }
}

internal sealed record Reply(HttpStatusCode Status, JsonElement Json)
{
    public string? RequestId { get; init; }

    public bool IsIssued => Status == HttpStatusCode.OK;

    /// <summary>Worth another try: nothing was decided, as far as the caller knows.</summary>
    public bool IsUnavailable => Status is 0 or HttpStatusCode.ServiceUnavailable;

    /// <summary>The token of an answer that must have one.</summary>
    public IssuedJwt AssertIssued()
    {
        Assert.True(IsIssued, $"Expected a token but got {Status}: {Json}");
        return new IssuedJwt(Json.GetProperty("access_token").GetString()!);
    }

    public override string ToString() => $"{Status}: {(Json.ValueKind == JsonValueKind.Object && Json.TryGetProperty("error_description", out var text) ? text : "")}";
}
